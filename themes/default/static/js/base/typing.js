'use strict';
// Keys and input methods: what a reader composes is not yet typed.
zhize.parts.typing = (() => {
  let composing = false;

  document.addEventListener('compositionstart', () => { composing = true; }, true);
  document.addEventListener('compositionend', () => { composing = false; }, true);
  // Nobody composes in a box that has lost the focus, whatever the input method forgot to say.
  document.addEventListener('focusout', () => { composing = false; }, true);
  document.addEventListener('submit', event => { if (composing) event.preventDefault(); }, true);

  const isComposing = () => composing;

  /** 229 is a key that the input method took; some engines say so only there. @param {KeyboardEvent} event */
  const forInputMethod = event => composing || event.isComposing || event.keyCode === 229;

  /** @param {KeyboardEvent | MouseEvent} event */
  const withModifier = event => event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;

  return { isComposing, forInputMethod, withModifier };
})();
