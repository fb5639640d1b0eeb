// Every search box of a page: shortcuts, and nothing fires while an input method composes.

const BOX = 'form[role=search] input[name=q]';
let composing = false;
/** Set by the search page: what to do with a box's text. @type {((text: string) => void) | undefined} */
let onTyped;

/** @param {EventTarget | null} target @returns {HTMLInputElement | null} */
const asBox = target => (target instanceof HTMLInputElement && target.matches(BOX) ? target : null);

/** @param {HTMLInputElement} box */
function typed(box) {
  if (onTyped) onTyped(box.value);
  suggestFor(box);
}

document.addEventListener('compositionstart', () => {
  composing = true;
  closeSuggestions();
}, true);
document.addEventListener('compositionend', event => {
  composing = false;
  // Chromium sends the last input event before this one, Safari after it.
  const box = asBox(event.target);
  if (box) typed(box);
}, true);
document.addEventListener('input', event => {
  const box = asBox(event.target);
  if (box && !composing && !(/** @type {InputEvent} */ (event).isComposing)) typed(box);
}, true);
// Nobody composes in a box that has lost the focus, whatever the input method forgot to say.
document.addEventListener('focusout', () => { composing = false; }, true);
document.addEventListener('submit', event => { if (composing) event.preventDefault(); }, true);

// The engine is fetched when a reader turns to the box, so that suggestions and the search page find it
// there; whoever pays for every byte pays only on typing.
const { saveData } = /** @type {any} */ (navigator).connection || {};
document.addEventListener('focusin', event => {
  if (asBox(event.target) && !currentIndex && !saveData) runSearch(encodeRequest('', { limit: 1 })).catch(() => {});
}, true);

/** 229 is a key that the input method took; some engines say so only there. @param {KeyboardEvent} event */
const forInputMethod = event => composing || event.isComposing || event.keyCode === 229;

/** @param {KeyboardEvent | MouseEvent} event */
const withModifier = event => event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;

document.addEventListener('keydown', event => {
  if (forInputMethod(event)) {
    if (event.key === 'Enter' && asBox(event.target)) event.preventDefault();
    return;
  }
  const target = /** @type {HTMLElement} */ (event.target);
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable;
  const control = event.ctrlKey || event.metaKey;
  const wanted = control ? !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k' : event.key === '/' && !event.altKey && !typing;
  if (!wanted) return;
  const inPage = Array.from(document.querySelectorAll('[data-search-page] ' + BOX));
  const box = inPage.concat(Array.from(document.querySelectorAll(BOX))).map(asBox).find(box => box && box.getClientRects().length);
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});
