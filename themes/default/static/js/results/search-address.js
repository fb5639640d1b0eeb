'use strict';
// The search page's state in its address, and in the browser's history.
zhize.parts.searchAddress = (() => {
  const { readState, writeState } = zhize.parts.query;
  // Servers refuse longer addresses when the page is loaded anew; behind “#” no server sees them.
  const LONGEST_ADDRESS = 2000;

  /** Keys of the facets, in their order: the page says them. @type {string[]} */
  const FACETS = ((document.querySelector('[data-search-facets]') || document.body).getAttribute('data-search-facets') || '').split(' ').filter(Boolean);

  /** From a disk some browsers refuse to change “?”, so the state goes behind “#” there. @param {string} [address] the part from “?” on, in place of the page's own */
  const read = (address = location.hash.startsWith('#?') ? location.hash.slice(1) : location.search) => readState(address, FACETS);

  /** @param {SearchState} state @param {boolean} asNew as an entry of its own */
  function write(state, asNew) {
    const address = writeState(state);
    if (address === writeState(read())) return;
    const change = (asNew ? history.pushState : history.replaceState).bind(history, null, '');
    const behind = '#?' + address.slice(1);
    try {
      change(location.pathname + (address.length > LONGEST_ADDRESS ? behind : address));
    } catch {
      // Some browsers refuse hundreds of changes in a row; the results stand all the same.
      try { change(behind); } catch {}
    }
  }

  return { read, write };
})();
