'use strict';
// What is searched for on the search page, and the history of it.
zhize.parts.searchSession = (() => {
  const { writeState } = zhize.parts.query;
  const { searchAddress } = zhize.parts;
  // Typing faster than this asks for no shards in between.
  const TYPING_PATIENCE = 60;

  /** @param {(patience: number) => void} search is called for each change of the state, with ms to wait for further ones */
  function makeSession(search) {
    let state = searchAddress.read();
    // Typing after a settled search begins a new entry in the history; further typing rewrites it.
    let settled = true, newEntry = false;

    /** Writes the state to the address, once it is known what it finds. */
    function write() {
      const asNew = newEntry;
      newEntry = false;
      searchAddress.write(state, asNew);
    }
    /** Something that the reader chose, rather than typed on the way to something. @param {Partial<SearchState>} change */
    function choose(change) {
      // What was typed so far keeps an entry of its own.
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
    /** Takes up the address, which the browser has changed. */
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
