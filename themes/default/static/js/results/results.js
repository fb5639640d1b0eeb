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
      make('span', '', ...snippetParts(place.snippet || '', place.marks)));
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
   * Readers want the words that they typed marked: a phrase and not its parts,
   * a synonym and not the words that it consists of.
   *
   * @param {SearchHit} hit @param {SearchResult} result
   */
  function withoutParts(hit, { query, notices = [] }) {
    const fold = (/** @type {string} */ text) => text.toLowerCase().replace(/\s+/g, '');
    const typed = fold(query), all = new Set((hit.terms || []).map(fold));
    const synonyms = notices.filter(({ kind }) => kind === 'also-searched').map(({ values }) => values).flat().map(fold);
    const isPart = (/** @type {string} */ text) => {
      const term = fold(text);
      return (all.has(typed) && term !== typed && typed.includes(term))
        || (!typed.includes(term) && synonyms.some(word => word !== term && word.includes(term)));
    };
    const whole = (/** @type {string} */ text, /** @type {TextRange[]} */ marks = []) => marks.filter(([from, to]) => !isPart(text.slice(from, to)));
    return {
      ...hit,
      terms: (hit.terms || []).filter(term => !isPart(term)),
      titleMarks: whole(hit.title, hit.titleMarks),
      marks: whole(hit.snippet || '', hit.marks),
      more: (hit.more || []).map(place => ({ ...place, marks: whole(place.snippet || '', place.marks) })),
    };
  }

  /** The hits of a result, ready to be shown. @param {SearchResult} result */
  const forQuery = result => result.hits.map(hit => withoutParts(hit, result));

  // A snippet has two lines on a phone: its first mark must be in them.
  const LATEST_MARK = 26;
  const BEFORE_MARK = 14;

  /**
   * A snippet as nodes, from shortly before its first mark if that comes late.
   *
   * @param {string} text @param {TextRange[]} [marks]
   */
  function snippetParts(text, marks = []) {
    const first = marks.length ? marks[0][0] : 0;
    if (first <= LATEST_MARK) return markRanges(text, marks);
    // Best from the beginning of a clause.
    const clause = text.slice(first - LATEST_MARK, first).search(/[，。；：！？、]\s*[^，。；：！？、]*$/) + 1;
    const from = clause ? first - LATEST_MARK + clause : first - BEFORE_MARK;
    const rest = marks.map(([a, b]) => /** @type {TextRange} */ ([a - from + 1, b - from + 1]));
    return markRanges('…' + text.slice(from), rest);
  }

  /**
   * What a hit says about its document, in one line: kind, validity, what of it
   * matched, place.
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
    return facts;
  }

  /**
   * One document: its best place and, on request, further places and why it is
   * listed here.
   *
   * @param {SearchHit} hit
   * @param {string} [divider] shown before it if it begins another part of the
   * list
   * @param {{ findMore: () => Promise<(Node | string)[]>, explain: () => Promise<(Node | string)[]> }} [asks]
   * what can be asked of it; nothing if left out
   */
  function makeHit(hit, divider, asks) {
    const terms = hit.terms || [];
    const title = makeLink('hit-link', placeAddress(hit.url, hit.anchor, terms), ...markRanges(hit.title, hit.titleMarks));
    if (hit.label && hit.label !== hit.title) title.append(make('span', 'hit-place', hit.label));
    const item = make('li', 'hit',
      make('h2', 'hit-title', title), makeFacts(hit),
      make('p', 'hit-snippet', ...snippetParts(hit.snippet || '', hit.marks)));
    // Inside the item, so that every item of the list is a result, whoever
    // counts them.
    if (divider) item.prepend(make('p', 'hit-divider', divider));
    if (!asks) return item;
    const buttons = [makeAsk(word('search.why'), hit, asks.explain)];
    if (hit.further) buttons.unshift(makeAsk(word('search.further', { n: hit.further }), hit, asks.findMore));
    item.append(...buttons.map(({ button }) => button), ...buttons.map(({ brought }) => brought));
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

  return { forQuery, makeHit, makePlace, makeExplanation, withoutParts };
})();
