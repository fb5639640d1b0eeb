'use strict';
// Copying, even where pages can't use the clipboard, as without HTTPS.
zhize.parts.clipboard = (() => {
  /**
   * Copies by selecting a field, then gives the focus back.
   *
   * @param {string} text @returns {boolean} whether it is copied
   */
  function copyBySelecting(text) {
    const field = document.createElement('textarea');
    field.value = text;
    field.readOnly = true;
    field.className = 'visually-hidden';
    const before = /** @type {HTMLElement | null} */ (document.activeElement);
    document.body.append(field);
    field.select();
    let done = false;
    try { done = document.execCommand('copy'); } catch {}
    field.remove();
    if (before) before.focus({ preventScroll: true });
    return done;
  }

  /** @param {string} text @returns {Promise<boolean>} whether it is copied */
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelecting(text);
    }
  }

  return { copy };
})();
