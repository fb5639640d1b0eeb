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

  /**
   * Whether the reader came back to the page or reloaded it. Then the browser
   * finds the place by itself, and no script may scroll elsewhere.
   */
  function isReturn() {
    const entries = window.performance && performance.getEntriesByType ? performance.getEntriesByType('navigation') : [];
    const [entry] = /** @type {PerformanceNavigationTiming[]} */ (entries);
    return Boolean(entry) && /back|reload/.test(entry.type);
  }

  return { bare, anchor, isReturn, target: () => document.getElementById(anchor()) };
})();
