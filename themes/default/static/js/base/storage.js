'use strict';
// What this device remembers about its reader, where it may.
zhize.parts.storage = (() => {
  /**
   * What was remembered; null if there is nothing or it can't be read.
   *
   * @param {string} name @returns {any}
   */
  function recall(name) {
    try { return JSON.parse(localStorage.getItem(name) || 'null'); } catch { return null; }
  }

  /**
   * Remembers a value; returns whether that worked.
   *
   * @param {string} name @param {unknown} value
   */
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
