'use strict';
// The search over any page, on “/” or Ctrl+K: the box at once, what shows
// results only when it is first opened.
zhize.parts.overlay = (() => {
  const { make, makeButton, setAttributes } = zhize.parts.dom;
  const { forInputMethod } = zhize.parts.typing;
  const { client, site } = zhize.parts;

  /** @type {HTMLDialogElement | undefined} */
  let dialog;

  /** Older browsers have no dialogs; there the page's own box serves. */
  const works = 'results' in site.told && 'HTMLDialogElement' in window;

  /** @returns {HTMLDialogElement} */
  function build() {
    const box = make('input', '');
    setAttributes(box, { type: 'search', name: 'q', autocomplete: 'off', enterkeyhint: 'search', spellcheck: false, placeholder: word('search.everywhere'), 'aria-label': word('search.everywhere') });
    const form = make('form', 'search-form', box, make('button', '', word('search.button')));
    setAttributes(form, { role: 'search', action: site.addressOf('search/index.html') });
    const place = make('div', 'overlay-found');
    const close = makeButton('overlay-close', word('offline.close'), () => made.close());
    const made = make('dialog', 'overlay', make('div', 'overlay-head', form, close), place);
    setAttributes(made, { 'aria-label': word('search.everywhere') });
    // A press beside it closes it.
    made.addEventListener('click', event => { if (event.target === made) made.close(); });
    // Browsers would empty the box first, and lose the query.
    made.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || forInputMethod(event)) return;
      event.preventDefault();
      made.close();
    });
    document.body.append(made);
    const style = make('link', '');
    setAttributes(style, { rel: 'stylesheet', href: site.addressOf(site.told.resultsStyle || '') });
    document.head.append(style);
    // Without it the form still leads to the search page.
    site.addScript(site.told.results || '').then(() => zhize.parts.overlayResults.start(box, place), () => {});
    client.warm();
    return made;
  }

  /** Opens it; returns whether this browser can. */
  function open() {
    if (!works) return false;
    dialog = dialog || build();
    if (!dialog.open) dialog.showModal();
    const box = /** @type {HTMLInputElement} */ (dialog.querySelector('input'));
    box.focus();
    box.select();
    return true;
  }

  return { open };
})();
