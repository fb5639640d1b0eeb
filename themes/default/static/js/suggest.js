// Suggestions below a search box: the combobox of ARIA 1.2, where the focus
// stays in the box and the option meant is named by it.
//
// On the search page they stand in a row above the results and cover none of
// them; elsewhere they hang below the box.

const SUGGEST_AFTER = 100;
const MOST_SUGGESTIONS = 8;
// What is longer is a sentence, and begins no name.
const LONGEST_NAME = 40;

/** The box whose suggestions show. @type {HTMLInputElement | null} */
let openBox = null;
/** @type {Suggestion[]} */
let suggestions = [];
/** The option meant; -1 is the text as typed. */
let meant = -1;
// Counts requests and closings: only the latest request may show anything.
let suggestTurn = 0;
let pressing = false;

const suggestList = make('div', 'suggest-list');
setAttributes(suggestList, { id: 'suggest-list', role: 'listbox', 'aria-label': word('search.suggestions') });
const suggestNote = make('p', 'suggest-note');
const suggestPopup = make('div', 'suggest', suggestList, suggestNote);
suggestPopup.hidden = true;
// Not a status: there is one of that role on the search page, and it says the count.
const suggestSaid = make('p', 'visually-hidden');
setAttributes(suggestSaid, { 'aria-live': 'polite' });

document.querySelectorAll(BOX).forEach(box => {
  setAttributes(box, { role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': false, 'aria-controls': suggestList.id });
  if (box.parentNode) box.parentNode.append(suggestPopup);
});
document.body.append(suggestSaid);

function closeSuggestions() {
  suggestTurn++;
  if (!openBox) return;
  mean(-1);
  setAttributes(openBox, { 'aria-expanded': false });
  openBox = null;
  suggestPopup.hidden = true;
  suggestSaid.textContent = '';
}

/** @param {number} at */
function mean(at) {
  meant = at;
  Array.from(suggestList.children, (option, n) => setAttributes(option, { 'aria-selected': n === at }));
  if (!openBox) return;
  if (at < 0) openBox.removeAttribute('aria-activedescendant');
  else setAttributes(openBox, { 'aria-activedescendant': suggestList.children[at].id });
}

/** @param {HTMLInputElement} box */
async function suggestFor(box) {
  const mine = ++suggestTurn;
  const live = () => mine === suggestTurn;
  const words = box.value.trim();
  if (!words || words.length > LONGEST_NAME) return closeSuggestions();
  await pause(SUGGEST_AFTER);
  if (!live()) return undefined;
  try {
    const found = /** @type {{ suggestions?: Suggestion[] } | undefined} */ (await runSearch(encodeRequest(words, { limit: MOST_SUGGESTIONS, suggest: true }), live));
    if (live() && found) showSuggestions(box, found.suggestions || [], '');
  } catch (error) {
    if (live() && error instanceof SearchError) showSuggestions(box, [], word('search.no_suggestions', { reason: error.message }));
  }
  return undefined;
}

/** @param {HTMLInputElement} box @param {Suggestion[]} found @param {string} note */
function showSuggestions(box, found, note) {
  if (document.activeElement !== box) return;
  suggestions = found.slice(0, MOST_SUGGESTIONS);
  if (box.parentNode) box.parentNode.append(suggestPopup);
  openBox = box;
  suggestList.textContent = '';
  suggestList.append(...suggestions.map(({ text, marks, label }, n) => {
    const option = make('div', 'suggest-option', make('span', 'suggest-text', ...markRanges(text, marks)), ' ',
      make('span', 'suggest-kind', label));
    setAttributes(option, { id: 'suggest-' + n, role: 'option' });
    return option;
  }));
  mean(-1);
  suggestNote.textContent = note;
  suggestPopup.hidden = false;
  // A row that holds no more drops the rest: nothing may be out of sight and yet chosen.
  while (suggestList.scrollHeight > suggestList.clientHeight + 8 && suggestList.lastChild) {
    suggestList.lastChild.remove();
    suggestions.pop();
  }
  const count = suggestions.length;
  suggestPopup.hidden = !count && !note;
  setAttributes(box, { 'aria-expanded': count > 0 });
  suggestSaid.textContent = count ? word('search.suggestion_count', { n: count }) : note;
}

/** A name leads to its place, a query to its results. @param {number} at */
function takeSuggestion(at) {
  const box = openBox, chosen = suggestions[at];
  if (!box || !chosen) return;
  closeSuggestions();
  if (chosen.kind !== 'query' && chosen.url) {
    location.href = new URL(chosen.url, siteRoot).href;
    return;
  }
  box.value = chosen.text;
  // As a reader would: the search page has its own way to answer, others leave for it.
  const button = box.form && box.form.querySelector('button');
  if (button) button.click();
}

document.addEventListener('keydown', event => {
  const box = asBox(event.target);
  if (!box || forInputMethod(event) || withModifier(event)) return;
  const count = openBox === box ? suggestions.length : 0;
  switch (event.key) {
    case 'ArrowDown':
      // From the last one on, and past a row, to the results.
      if (count && (meant < count - 1 || !onTyped)) mean(meant < count - 1 ? meant + 1 : -1);
      else if (!openBox && !onTyped) suggestFor(box);
      else return closeSuggestions();
      break;
    case 'ArrowUp':
      if (!count) return undefined;
      mean(meant < 0 ? count - 1 : meant - 1);
      break;
    case 'Enter':
      if (meant < 0 || !count) return closeSuggestions();
      takeSuggestion(meant);
      break;
    case 'Escape':
      // Once for the suggestions; again, and the browser empties the box.
      if (!openBox) return closeSuggestions();
      closeSuggestions();
      break;
    default:
      // The caret moves: Home, End and letters are for the text.
      if (meant >= 0) mean(-1);
      return undefined;
  }
  event.preventDefault();
  return undefined;
});

// The focus stays in the box while an option is pressed.
suggestPopup.addEventListener('mousedown', event => event.preventDefault());
suggestPopup.addEventListener('click', event => {
  const option = /** @type {Element} */ (event.target).closest('[role=option]');
  if (option) takeSuggestion(Number(option.id.slice(8)));
});
// What is pressed must not move away before it is let go.
document.addEventListener('mousedown', () => { pressing = true; }, true);
document.addEventListener('mouseup', () => setTimeout(() => {
  pressing = false;
  if (document.activeElement !== openBox) closeSuggestions();
}), true);
document.addEventListener('focusout', () => { if (!pressing) closeSuggestions(); });
document.addEventListener('submit', closeSuggestions);
// A finger that scrolls wants to see what is below; the row on the search page covers nothing.
document.addEventListener('touchmove', () => { if (!onTyped) closeSuggestions(); }, { passive: true });
