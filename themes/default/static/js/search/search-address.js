'use strict';
// The search page's state in its address, and in the browser's history.
zhize.parts.searchAddress = (() => {
  const { readState, writeState } = zhize.parts.query;
  // Servers refuse longer addresses when the page is loaded anew; behind “#” no server sees them.
  const LONGEST_ADDRESS = 2000;

  /** From a disk some browsers refuse to change “?”, so the state goes behind “#” there. */
  const read = () => readState(location.hash.startsWith('#?') ? location.hash.slice(1) : location.search);

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
