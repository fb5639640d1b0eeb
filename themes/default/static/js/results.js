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

/** One document: its best place, and up to two further ones. @param {SearchHit} hit */
function makeHit(hit) {
  const terms = hit.terms || [];
  const title = makeLink('hit-link', placeAddress(hit.url, hit.anchor, terms), ...markRanges(hit.title, hit.titleMarks));
  if (hit.label && hit.label !== hit.title) title.append(make('span', 'hit-place', hit.label));
  // The date is this site's, not the matter's: it says so.
  const facts = [hit.typeLabel].concat(hit.meta || [], hit.date ? '收录于 ' + hit.date : []).filter(Boolean);
  const item = make('li', 'hit',
    make('h2', 'hit-title', title),
    make('p', 'hit-facts', ...facts.map(fact => make('span', '', fact))),
    make('p', 'hit-snippet', ...markRanges(hit.snippet || '', hit.marks)));
  for (const place of (hit.more || []).slice(0, 2)) {
    item.append(make('p', 'hit-more',
      makeLink('', placeAddress(hit.url, place.anchor, terms), place.label && place.label !== hit.title ? place.label : '篇首'), ' ',
      make('span', '', ...markRanges(place.snippet || '', place.marks))));
  }
  return item;
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
    const rest = make('details', 'facet-rest', make('summary', '', `其余 ${folded.length} 项`), ...folded);
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
