'use strict';
// What this device remembers of its reader, where it may.
zhize.parts.storage = (() => {
  /** Nothing where there is nothing or it can't be read. @param {string} name @returns {any} */
  function recall(name) {
    try { return JSON.parse(localStorage.getItem(name) || 'null'); } catch { return null; }
  }

  /** Whether it could be remembered. @param {string} name @param {unknown} value */
  function remember(name, value) {
    try {
      localStorage.setItem(name, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }

  return { recall, remember };
})();
