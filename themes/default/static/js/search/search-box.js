'use strict';
// All search boxes of a page: text as it is typed, shortcuts, and fetching the
// engine in time. Nothing fires while an input method is composing.
zhize.parts.searchBox = (() => {
  const { forInputMethod, isComposing } = zhize.parts.typing;
  const { client } = zhize.parts;
  const BOX = 'form[role=search] input[name=q]';

  /** @param {EventTarget | null} target @returns {HTMLInputElement | null} */
  const asBox = target => (target instanceof HTMLInputElement && target.matches(BOX) ? target : null);
  /** All search boxes of the page. @returns {HTMLInputElement[]} */
  const boxes = () => Array.from(document.querySelectorAll(BOX));

  /** @type {((box: HTMLInputElement) => void)[]} */
  const listeners = [];
  /**
   * Calls back whenever the text of a box has changed.
   *
   * @param {(box: HTMLInputElement) => void} listener
   */
  const onTyped = listener => { listeners.push(listener); };
  /** @param {EventTarget | null} target */
  function typed(target) {
    const box = asBox(target);
    if (box) listeners.forEach(listener => listener(box));
  }

  // Chromium sends the last input event before this one, Safari after it.
  document.addEventListener('compositionend', event => typed(event.target), true);
  document.addEventListener('input', event => {
    if (!isComposing() && !(/** @type {InputEvent} */ (event).isComposing)) typed(event.target);
  }, true);

  // The engine is fetched when a reader turns to a box, so that suggestions and
  // the search page find it ready. Readers who save data load it only when they
  // type.
  const { saveData } = /** @type {any} */ (navigator).connection || {};
  document.addEventListener('focusin', event => {
    if (asBox(event.target) && !saveData) client.warm();
  }, true);

  /** Whether “/” or Ctrl+K asks for the box. @param {KeyboardEvent} event */
  function asksForBox(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable;
    const control = event.ctrlKey || event.metaKey;
    return control ? !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k' : event.key === '/' && !event.altKey && !typing;
  }

  document.addEventListener('keydown', event => {
    if (forInputMethod(event)) {
      if (event.key === 'Enter' && asBox(event.target)) event.preventDefault();
      return;
    }
    if (!asksForBox(event)) return;
    const inPage = boxes().filter(box => box.closest('[data-search-page]'));
    const box = inPage.concat(boxes()).find(box => box.getClientRects().length);
    if (!inPage.length && zhize.parts.overlay.open()) event.preventDefault();
    else if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });

  return { asBox, boxes, onTyped };
})();
