'use strict';
// What is searched for on the search page, and its history.
zhize.parts.searchSession = (() => {
  const { writeState } = zhize.parts.query;
  const { searchAddress } = zhize.parts;
  // While typing is faster than this (in ms), no shards are fetched.
  const TYPING_PATIENCE = 60;

  /**
   * @param {(patience: number) => void} search called for each change of the
   * state, with ms to wait for further changes
   */
  function makeSession(search) {
    let state = searchAddress.read();
    // Typing after a settled search adds an entry to the history; further
    // typing rewrites it.
    let settled = true, newEntry = false;

    /** Writes the state to the address, once its results are known. */
    function write() {
      const asNew = newEntry;
      newEntry = false;
      searchAddress.write(state, asNew);
    }
    /**
     * Applies something that the reader chose, rather than typed on the way to
     * something else.
     *
     * @param {Partial<SearchState>} change
     */
    function choose(change) {
      // The text typed so far keeps its own entry in the browser's history.
      write();
      state = { ...state, ...change };
      searchAddress.write(state, true);
      settled = true;
      search(0);
    }
    /** @param {string} text */
    function type(text) {
      if (text === state.query) return;
      newEntry = newEntry || (settled && state.query !== '');
      settled = false;
      state = { ...state, query: text, filters: text.trim() ? state.filters : {}, exact: false };
      search(TYPING_PATIENCE);
    }
    /** Applies the address after the browser has changed it. */
    function takeUp() {
      const next = searchAddress.read();
      if (writeState(next) === writeState(state)) return;
      state = next;
      settled = true;
      search(0);
    }
    return { state: () => state, choose, takeUp, type, write };
  }

  return { makeSession };
})();
