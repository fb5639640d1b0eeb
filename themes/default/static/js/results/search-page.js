'use strict';
// The search page: its components, and actions of readers that concern several
// of them.
zhize.parts.searchPage = (() => {
  const { throughLinks } = zhize.parts.arrows;
  const { withModifier } = zhize.parts.typing;
  const { boxes, onTyped } = zhize.parts.searchBox;
  const { makeList } = zhize.parts.resultList;
  const { makeControls } = zhize.parts.searchControls;
  const { partsOf } = zhize.parts.searchParts;
  const { PAGE_SIZE, makeRun } = zhize.parts.searchRun;
  const { makeSession } = zhize.parts.searchSession;
  const { client, recent, searchAddress } = zhize.parts;

  /**
   * Answers queries from any search box of the page without reloading it.
   *
   * @param {SearchSession} session
   */
  function answerForms(session) {
    document.addEventListener('submit', event => {
      const form = /** @type {HTMLFormElement} */ (event.target);
      const box = boxes().find(box => box.form === form);
      if (!box || event.defaultPrevented) return;
      event.preventDefault();
      const { exact, query } = session.state();
      session.choose({ query: box.value, exact: exact && box.value === query });
      recent.keep(box.value);
      // Otherwise a phone's keyboard would cover the results.
      if (matchMedia('(pointer: coarse)').matches) box.blur();
    });
  }

  /**
   * Answers suggested queries and the examples in the help.
   *
   * @param {HTMLElement} page
   * @param {HTMLElement} status
   * @param {SearchSession} session
   */
  function answerLinks(page, status, session) {
    page.addEventListener('click', event => {
      const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest('a[href^="?"]'));
      if (!link || withModifier(event)) return;
      event.preventDefault();
      session.choose(searchAddress.read(link.search));
      status.scrollIntoView({ block: 'nearest' });
    });
  }

  /**
   * Makes the arrow keys go from the box through the links of the results.
   *
   * @param {SearchPageParts} parts
   */
  function answerArrows({ page, list, more }) {
    const box = boxes().find(box => page.contains(box));
    if (box) throughLinks(box, () => (page.dataset.searchState === 'ready' ? [...Array.from(list.querySelectorAll('a')), more] : []));
  }

  /** @param {HTMLElement} page */
  function start(page) {
    const parts = partsOf(page);
    parts.waiting.remove();
    document.documentElement.removeAttribute('data-asked');
    const session = makeSession(patience => run.search(PAGE_SIZE, patience));
    const controls = makeControls(parts, session.choose, session.state);
    const list = makeList(parts.list, parts.more);
    const run = makeRun(parts, list, session, controls.show);

    onTyped(box => session.type(box.value));
    parts.more.onclick = run.showMore;
    answerForms(session);
    answerLinks(page, parts.status, session);
    answerArrows(parts);
    window.addEventListener('popstate', session.takeUp);
    // On return from a result, the page shows as many results as before, folded
    // ones too, at the same place.
    parts.list.addEventListener('click', event => {
      if (!/** @type {Element} */ (event.target).closest('a')) return;
      history.replaceState({ shown: list.shown(), top: scrollY, all: run.isWhole() }, '');
      recent.keep(session.state().query);
    });
    const kept = history.state || {};
    recent.keep(session.state().query);
    run.search(Math.max(PAGE_SIZE, Number(kept.shown) || 0), 0, kept.all === true).then(() => { if (kept.top) scrollTo(0, kept.top); });
    // Gets ready before the first key: the engine and the index are small.
    if (!session.state().query) client.warm();
  }

  const page = /** @type {HTMLElement | null} */ (document.querySelector('[data-search-page]'));
  if (page) start(page);
  return { start };
})();
