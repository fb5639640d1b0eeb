'use strict';
// The search page's state in its address, and in the browser's history.
zhize.parts.searchAddress = (() => {
  const { readState, writeState } = zhize.parts.query;
  // Servers refuse longer addresses when the page is reloaded; they never see
  // what follows “#”.
  const LONGEST_ADDRESS = 2000;

  /**
   * Keys of the facets, in the order in which the page lists them.
   *
   * @type {string[]}
   */
  const FACETS = ((document.querySelector('[data-search-facets]') || document.body).getAttribute('data-search-facets') || '').split(' ').filter(Boolean);

  /**
   * Reads the state from the address. On a disk some browsers refuse to change
   * “?”, so there it follows “#”.
   *
   * @param {string} [address] the part from “?” on, in place of the page's own
   */
  const read = (address = location.hash.startsWith('#?') ? location.hash.slice(1) : location.search) => readState(address, FACETS);

  /**
   * @param {SearchState} state
   * @param {boolean} asNew as a new history entry
   */
  function write(state, asNew) {
    const address = writeState(state);
    if (address === writeState(read())) return;
    const change = (asNew ? history.pushState : history.replaceState).bind(history, null, '');
    const behind = '#?' + address.slice(1);
    try {
      change(location.pathname + (address.length > LONGEST_ADDRESS ? behind : address));
    } catch {
      // Some browsers refuse hundreds of changes in a row; the results stand
      // anyway.
      try { change(behind); } catch {}
    }
  }

  return { read, write };
})();
