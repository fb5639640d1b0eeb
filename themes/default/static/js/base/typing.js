'use strict';
// Keys and input methods: text that is still being composed is not typed yet.
zhize.parts.typing = (() => {
  let composing = false;

  document.addEventListener('compositionstart', () => { composing = true; }, true);
  document.addEventListener('compositionend', () => { composing = false; }, true);
  // Nobody composes in a box that has lost the focus, even if the input method
  // forgot to say so.
  document.addEventListener('focusout', () => { composing = false; }, true);
  document.addEventListener('submit', event => { if (composing) event.preventDefault(); }, true);

  const isComposing = () => composing;

  /**
   * Whether a key belongs to the input method. The code 229 means so, and some
   * engines say it only there.
   *
   * @param {KeyboardEvent} event
   */
  const forInputMethod = event => composing || event.isComposing || event.keyCode === 229;

  /** @param {KeyboardEvent | MouseEvent} event */
  const withModifier = event => event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;

  return { isComposing, forInputMethod, withModifier };
})();
