// Results and facets as elements. All text goes in as text: no query and no
// content can become markup here.

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {string} className
 * @param {(Node | string)[]} children
 * @returns {HTMLElementTagNameMap[K]}
 */
function make(name, className, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** A text with its marked ranges. @param {string} text @param {[number, number][]} [ranges] @returns {(Node | string)[]} */
function markRanges(text, ranges = []) {
  const parts = [];
  let at = 0;
  for (const [from, to] of ranges) {
    if (from < at || to <= from || to > text.length) continue;
    parts.push(text.slice(at, from), make('mark', '', text.slice(from, to)));
    at = to;
  }
  return parts.concat(text.slice(at)).filter(Boolean);
}

/** @param {string} className @param {string} href @param {(Node | string)[]} children */
function makeLink(className, href, ...children) {
  const link = make('a', className, ...children);
  link.href = href;
  return link;
}

/** A further place of a document. @param {SearchHit} hit @param {SearchPlace} place */
function makePlace(hit, place) {
  return make('p', 'hit-more',
    makeLink('', placeAddress(hit.url, place.anchor, hit.terms || []), place.label && place.label !== hit.title ? place.label : word('search.beginning')), ' ',
    make('span', '', ...markRanges(place.snippet || '', place.marks)));
}

/**
 * A button and what it brings when it is first pressed.
 *
 * @param {string} words @param {SearchHit} hit @param {() => Promise<(Node | string)[]>} bring
 */
function makeAsk(words, hit, bring) {
  const brought = make('div', 'hit-asked'), button = make('button', 'hit-ask', words);
  brought.hidden = true;
  brought.id = 'asked-' + ++asked;
  button.type = 'button';
  setAttributes(button, { 'aria-expanded': false, 'aria-controls': brought.id, 'aria-label': words + word('mark.colon') + hit.title });
  button.onclick = async () => {
    brought.hidden = !brought.hidden;
    setAttributes(button, { 'aria-expanded': !brought.hidden });
    // What could not be brought is words alone: asked for again.
    if (brought.hidden || brought.children.length) return;
    const parts = await bring();
    brought.textContent = '';
    brought.append(...parts);
  };
  return { button, brought };
}

let asked = 0;

/**
 * One document: its best place, and on request further ones and why it stands here.
 *
 * @param {SearchHit} hit
 * @param {string} divider said before it, if it begins another part of the list
 * @param {() => Promise<(Node | string)[]>} findMore
 * @param {() => Promise<(Node | string)[]>} explain
 */
function makeHit(hit, divider, findMore, explain) {
  const terms = hit.terms || [];
  const title = makeLink('hit-link', placeAddress(hit.url, hit.anchor, terms), ...markRanges(hit.title, hit.titleMarks));
  if (hit.label && hit.label !== hit.title) title.append(make('span', 'hit-place', hit.label));
  const facts = make('p', 'hit-facts');
  /** @param {string | undefined} text @param {string} [className] */
  const fact = (text, className = '') => text && facts.append(make('span', className, text), ' ');
  fact(hit.typeLabel);
  fact(hit.status, 'hit-status' + (hit.validity === 'repealed' ? ' is-void' : ''));
  fact(hit.group === 'reference' ? word('search.group_article') : hit.group === 'title' ? word('search.group_title') : '', 'hit-group');
  (hit.meta || []).forEach(text => fact(text));
  fact(hit.cited ? word('cited.count', { n: hit.cited }) : '');
  // The date is this site's, not the matter's: it says so.
  fact(hit.date && word('document.published', { date: hit.date }));
  const item = make('li', 'hit',
    make('h2', 'hit-title', title), facts,
    make('p', 'hit-snippet', ...markRanges(hit.snippet || '', hit.marks)));
  // Inside the item: every item of the list is a result, whoever counts them.
  if (divider) item.prepend(make('p', 'hit-divider', divider));
  const { more = [], further = 0 } = hit;
  item.append(...more.map(place => makePlace(hit, place)));
  const asks = [makeAsk(word('search.why'), hit, explain)];
  if (further > more.length) asks.unshift(makeAsk(word('search.further', { n: further - more.length }), hit, findMore));
  item.append(...asks.map(({ button }) => button), ...asks.map(({ brought }) => brought));
  return item;
}

/** @param {Element} element @param {Record<string, string | boolean>} values */
function setAttributes(element, values) {
  for (const name of Object.keys(values)) element.setAttribute(name, String(values[name]));
}

/** What a hit's score is made of. @param {SearchHit} hit @returns {HTMLElement} */
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
    // The number beside it says it all.
    setAttributes(bar, { 'aria-hidden': true });
    row(label, points, bar);
  }
  row(word('search.sum'), explain.reduce((sum, { points }) => sum + points, 0));
  return table;
}

// More values than this fold away; those chosen always show.
const FACET_VALUES_SHOWN = 8;

/**
 * One facet: checkboxes with counts. What the reader chose is listed even
 * where the engine counts nothing, so that it can be taken back.
 *
 * @param {SearchFacet} facet @param {string[]} chosen @param {boolean} open
 */
function makeFacet(facet, chosen, open) {
  const values = facet.values.concat(chosen
    .filter(value => !facet.values.some(known => known.value === value))
    .map(value => ({ value, label: facetLabel(facet.key, value), count: 0 })));
  const rows = values.map(({ value, label, count }) => {
    const box = make('input', '');
    box.type = 'checkbox';
    box.name = facet.key;
    box.value = value;
    box.checked = chosen.includes(value);
    return make('label', 'facet-value', box, ' ', make('span', '', label), ' ', make('span', 'facet-count', String(count)));
  });
  const shown = rows.filter((row, at) => at < FACET_VALUES_SHOWN || chosen.includes(values[at].value));
  const folded = rows.filter(row => !shown.includes(row));
  const group = make('fieldset', 'facet', make('legend', '', facet.label), ...shown);
  if (folded.length) {
    const rest = make('details', 'facet-rest', make('summary', '', word('search.other_values', { n: folded.length })), ...folded);
    rest.dataset.key = facet.key + '+';
    group.append(rest);
  }
  if (open) return group;
  const fold = make('details', 'facet-fold', make('summary', '', facet.label), group);
  fold.dataset.key = facet.key;
  fold.open = chosen.length > 0;
  return fold;
}

/** Names of facet values, learnt as facets arrive. @type {Map<string, string>} */
const facetLabels = new Map();

/** @param {string} key @param {string} value */
const facetLabel = (key, value) => facetLabels.get(key + ':' + value) || value;
