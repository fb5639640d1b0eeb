'use strict';
// The address of the current page.
zhize.parts.address = (() => {
  /** An address without its query and its anchor. @param {string} address */
  const bare = address => address.replace(/[?#].*$/, '');

  /** The anchor in the address; empty if none, or if it can't be decoded. */
  function anchor() {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return '';
    }
  }

  return { bare, anchor, target: () => document.getElementById(anchor()) };
})();
