'use strict';
// The address of the page that is shown.
zhize.parts.address = (() => {
  /** An address without what a search or an anchor put behind it. @param {string} address */
  const bare = address => address.replace(/[?#].*$/, '');

  /** The anchor in the address; empty where it is none or can't be read. */
  function anchor() {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return '';
    }
  }

  return { bare, anchor, target: () => document.getElementById(anchor()) };
})();
