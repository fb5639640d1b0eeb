'use strict';
// Makes the elements of results.
zhize.parts.results = (() => {
  const { make, makeButton, makeLink, markRanges, setAttributes } = zhize.parts.dom;
  const { placeAddress } = zhize.parts.terms;

  /**
   * Another place in a document.
   *
   * @param {SearchHit} hit @param {SearchPlace} place
   */
  function makePlace(hit, place) {
    return make('p', 'hit-more',
      makeLink('', placeAddress(hit.url, place.anchor, hit.terms || []), place.label && place.label !== hit.title ? place.label : word('search.beginning')), ' ',
      make('span', '', ...markRanges(place.snippet || '', place.marks)));
  }

  /**
   * A button, and the content that it fetches when first pressed.
   *
   * @param {string} words
   * @param {SearchHit} hit
   * @param {() => Promise<(Node | string)[]>} bring
   */
  function makeAsk(words, hit, bring) {
    const brought = make('div', 'hit-asked');
    brought.hidden = true;
    brought.id = 'asked-' + ++asked;
    const button = makeButton('hit-ask', words, async () => {
      brought.hidden = !brought.hidden;
      setAttributes(button, { 'aria-expanded': !brought.hidden });
      // Words without elements mean that fetching failed: try again.
      if (brought.hidden || brought.children.length) return;
      const parts = await bring();
      brought.textContent = '';
      brought.append(...parts);
    });
    setAttributes(button, { 'aria-expanded': false, 'aria-controls': brought.id, 'aria-label': words + word('mark.colon') + hit.title });
    return { button, brought };
  }

  // Counts the contents, so that each has an id of its own.
  let asked = 0;

  /**
   * What a hit says about its document: kind, validity, place, date.
   *
   * @param {SearchHit} hit
   */
  function makeFacts(hit) {
    const facts = make('p', 'hit-facts');
    /** @param {string | undefined} text @param {string} [className] */
    const fact = (text, className = '') => text && facts.append(make('span', className, text), ' ');
    fact(hit.typeLabel);
    fact(hit.status, 'hit-status' + (hit.validity === 'repealed' ? ' is-void' : ''));
    fact(hit.group === 'reference' ? word('search.group_article')
      : hit.alias ? word('search.group_alias', { name: hit.alias })
        : hit.group === 'title' ? word('search.group_title') : '', 'hit-group');
    (hit.meta || []).forEach(text => fact(text));
    fact(hit.cited ? word('cited.count', { n: hit.cited }) : '');
    // The date is this site's, not the matter's, and says so.
    fact(hit.date && word('document.published', { date: hit.date }));
    return facts;
  }

  /**
   * One document: its best place and, on request, further places and why it is
   * listed here.
   *
   * @param {SearchHit} hit
   * @param {string} divider shown before it if it begins another part of the
   * list
   * @param {() => Promise<(Node | string)[]>} findMore
   * @param {() => Promise<(Node | string)[]>} explain
   */
  function makeHit(hit, divider, findMore, explain) {
    const terms = hit.terms || [];
    const title = makeLink('hit-link', placeAddress(hit.url, hit.anchor, terms), ...markRanges(hit.title, hit.titleMarks));
    if (hit.label && hit.label !== hit.title) title.append(make('span', 'hit-place', hit.label));
    const item = make('li', 'hit',
      make('h2', 'hit-title', title), makeFacts(hit),
      make('p', 'hit-snippet', ...markRanges(hit.snippet || '', hit.marks)));
    // Inside the item, so that every item of the list is a result, whoever
    // counts them.
    if (divider) item.prepend(make('p', 'hit-divider', divider));
    const { more = [], further = 0 } = hit;
    item.append(...more.map(place => makePlace(hit, place)));
    const asks = [makeAsk(word('search.why'), hit, explain)];
    if (further > more.length) asks.unshift(makeAsk(word('search.further', { n: further - more.length }), hit, findMore));
    item.append(...asks.map(({ button }) => button), ...asks.map(({ brought }) => brought));
    return item;
  }

  /**
   * The parts of a hit's score.
   *
   * @param {SearchHit} hit @returns {HTMLElement}
   */
  function makeExplanation({ explain = [] }) {
    const table = make('table', 'why-table', make('caption', 'visually-hidden', word('search.score')));
    const most = Math.max(...explain.map(({ points }) => Math.abs(points)));
    /** @param {string} label @param {number} points @param {Node[]} bar */
    const row = (label, points, ...bar) => {
      const head = make('th', '', label);
      head.scope = 'row';
      table.append(make('tr', '', head, make('td', 'why-points', points.toFixed(1)), make('td', 'why-bar', ...bar)));
    };
    for (const { label, points } of explain) {
      const bar = make('meter', points < 0 ? 'is-minus' : '');
      bar.max = most;
      bar.value = Math.abs(points);
      // The number beside it says the same.
      setAttributes(bar, { 'aria-hidden': true });
      row(label, points, bar);
    }
    row(word('search.sum'), explain.reduce((sum, { points }) => sum + points, 0));
    return table;
  }

  return { makeHit, makePlace, makeExplanation };
})();
