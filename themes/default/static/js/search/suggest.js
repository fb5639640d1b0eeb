'use strict';
// Suggestions below a search box: the combobox of ARIA 1.2, in which the focus
// stays in the box and the box names the active option.
//
// On the search page they form a row above the results and cover none of them;
// elsewhere they hang below the box.
zhize.parts.suggest = (() => {
  const { make, markRanges, setAttributes } = zhize.parts.dom;
  const { SearchError } = zhize.parts.loader;
  const { pause } = zhize.parts.time;
  const { forInputMethod, withModifier } = zhize.parts.typing;
  const { asBox, boxes, onTyped } = zhize.parts.searchBox;
  const { client, site } = zhize.parts;

  const SUGGEST_AFTER = 100;
  const MOST_SUGGESTIONS = 8;
  // Longer text is a sentence and begins no name.
  const LONGEST_NAME = 40;

  const inRow = document.querySelector('[data-search-page]') !== null;
  const list = make('div', 'suggest-list');
  const note = make('p', 'suggest-note');
  const popup = make('div', 'suggest', list, note);
  // Not a status: the search page already has one, for the count.
  const said = make('p', 'visually-hidden');

  /** The box whose suggestions show. @type {HTMLInputElement | null} */
  let openBox = null;
  /** @type {Suggestion[]} */
  let suggestions = [];
  /** The active option; -1 is the text as typed. */
  let meant = -1;
  // Counts requests and closings: only the latest request may show anything.
  let turn = 0;
  let pressing = false;

  function close() {
    turn++;
    if (!openBox) return;
    mean(-1);
    setAttributes(openBox, { 'aria-expanded': false });
    openBox = null;
    popup.hidden = true;
    said.textContent = '';
  }

  /** @param {number} at */
  function mean(at) {
    meant = at;
    Array.from(list.children, (option, n) => setAttributes(option, { 'aria-selected': n === at }));
    // A row on a phone goes on beyond its edge.
    if (at >= 0) list.children[at].scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
    if (!openBox) return;
    if (at < 0) openBox.removeAttribute('aria-activedescendant');
    else setAttributes(openBox, { 'aria-activedescendant': list.children[at].id });
  }

  /** @param {HTMLInputElement} box */
  async function suggestFor(box) {
    const mine = ++turn;
    const live = () => mine === turn;
    const words = box.value.trim();
    // The overlay shows results while a query is typed.
    if (!words || words.length > LONGEST_NAME || box.closest('dialog')) {
      close();
      return;
    }
    await pause(SUGGEST_AFTER);
    if (!live()) return;
    try {
      const found = /** @type {{ suggestions?: Suggestion[] } | undefined} */ (await client.ask(words, { limit: MOST_SUGGESTIONS, suggest: true }, live));
      if (live() && found) show(box, found.suggestions || [], '');
    } catch (error) {
      if (live() && error instanceof SearchError) show(box, [], word('search.no_suggestions', { reason: error.message }));
    }
  }

  /** @param {Suggestion} suggestion @param {number} n */
  function makeOption({ text, marks, label }, n) {
    const option = make('div', 'suggest-option', make('span', 'suggest-text', ...markRanges(text, marks)), ' ',
      make('span', 'suggest-kind', label || ''));
    setAttributes(option, { id: 'suggest-' + n, role: 'option' });
    return option;
  }

  /**
   * @param {HTMLInputElement} box
   * @param {Suggestion[]} found
   * @param {string} words shown instead
   */
  function show(box, found, words) {
    if (document.activeElement !== box) return;
    suggestions = found.slice(0, MOST_SUGGESTIONS);
    if (box.parentNode) box.parentNode.append(popup);
    openBox = box;
    list.textContent = '';
    list.append(...suggestions.map(makeOption));
    mean(-1);
    note.textContent = words;
    popup.hidden = false;
    // Drops options that don't fit into the row: nothing out of sight may be
    // chosen.
    while (list.scrollHeight > list.clientHeight + 8 && list.lastChild) {
      list.lastChild.remove();
      suggestions.pop();
    }
    const count = suggestions.length;
    popup.hidden = !count && !words;
    setAttributes(box, { 'aria-expanded': count > 0 });
    said.textContent = count ? word('search.suggestion_count', { n: count }) : words;
  }

  /**
   * Takes an option: a name leads to its place, a query to its results.
   *
   * @param {number} at
   */
  function take(at) {
    const box = openBox, chosen = suggestions[at];
    if (!box || !chosen) return;
    close();
    if (chosen.kind !== 'query' && chosen.url) {
      location.href = site.addressOf(chosen.url);
      return;
    }
    box.value = chosen.text;
    // Submits as a reader would: the search page answers itself, other pages
    // lead to it.
    const button = box.form && box.form.querySelector('button');
    if (button) button.click();
  }

  /**
   * What each key does in a box; returns whether the box itself has nothing
   * more to do with the key.
   *
   * @type {Record<string, (box: HTMLInputElement, count: number) => boolean>}
   */
  const KEYS = {
    ArrowDown(box, count) {
      // Past the last option, or past a row, the focus goes on to the results.
      if (count && (meant < count - 1 || !inRow)) mean(meant < count - 1 ? meant + 1 : -1);
      else if (!openBox && !inRow) suggestFor(box);
      else {
        close();
        return false;
      }
      return true;
    },
    ArrowUp(box, count) {
      if (count) mean(meant < 0 ? count - 1 : meant - 1);
      return count > 0;
    },
    Enter(box, count) {
      const isMeant = meant >= 0 && count > 0;
      if (isMeant) take(meant);
      else close();
      return isMeant;
    },
    Escape() {
      // The first press closes the suggestions; the second lets the browser
      // empty the box.
      const wasOpen = openBox !== null;
      close();
      return wasOpen;
    },
  };

  /** @param {KeyboardEvent} event */
  function press(event) {
    const box = asBox(event.target);
    if (!box || box.closest('dialog') || forInputMethod(event) || withModifier(event)) return;
    const act = KEYS[event.key];
    if (act) {
      if (act(box, openBox === box ? suggestions.length : 0)) event.preventDefault();
    } else if (meant >= 0) {
      // Home, End and letters move the caret: they are for the text.
      mean(-1);
    }
  }

  /** What is pressed must not move away before it is released. */
  function followMouse() {
    // The focus stays in the box while an option is pressed.
    popup.addEventListener('mousedown', event => event.preventDefault());
    popup.addEventListener('click', event => {
      const option = /** @type {Element} */ (event.target).closest('[role=option]');
      if (option) take(Number(option.id.slice('suggest-'.length)));
    });
    document.addEventListener('mousedown', () => { pressing = true; }, true);
    document.addEventListener('mouseup', () => setTimeout(() => {
      pressing = false;
      if (document.activeElement !== openBox) close();
    }), true);
    document.addEventListener('focusout', () => { if (!pressing) close(); });
    // A scrolling finger wants to see what is below; the row on the search page
    // covers nothing.
    document.addEventListener('touchmove', () => { if (!inRow) close(); }, { passive: true });
  }

  function start() {
    setAttributes(list, { id: 'suggest-list', role: 'listbox', 'aria-label': word('search.suggestions') });
    popup.hidden = true;
    setAttributes(said, { 'aria-live': 'polite' });
    for (const box of boxes()) {
      setAttributes(box, { role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': false, 'aria-controls': list.id });
      if (box.parentNode) box.parentNode.append(popup);
    }
    document.body.append(said);
    onTyped(suggestFor);
    document.addEventListener('compositionstart', close, true);
    document.addEventListener('keydown', press);
    document.addEventListener('submit', close);
    followMouse();
  }

  start();
  return { close, show, take };
})();
