// A search as the page's address and as the engine's request; no DOM here.

// In the order of the columns; the first four stand open.
const FACET_KEYS = ['type', 'region', 'responsibility', 'stage', 'organ', 'role', 'topic', 'year'];

/** @param {string} address the part from “?” on @returns {SearchState} */
function readState(address) {
  const params = new URLSearchParams(address);
  /** @type {Record<string, string[]>} */
  const filters = {};
  for (const key of FACET_KEYS) {
    const values = params.getAll(key).filter(Boolean);
    if (values.length) filters[key] = Array.from(new Set(values));
  }
  return { query: params.get('q') || '', filters, sort: params.get('sort') === 'date' ? 'date' : 'relevance', exact: params.get('exact') === '1', versions: params.get('versions') === '1' };
}

/** @param {SearchState} state @returns {string} from “?” on, or nothing */
function writeState({ query, filters, sort, exact, versions }) {
  const params = new URLSearchParams();
  if (query) params.set('q', query);
  for (const key of FACET_KEYS) for (const value of filters[key] || []) params.append(key, value);
  if (sort === 'date') params.set('sort', sort);
  if (exact && query) params.set('exact', '1');
  if (versions) params.set('versions', '1');
  const text = params.toString();
  return text && '?' + text;
}

/** Today where the regulations are in force, whatever the reader's clock is set to. @param {number} now ms since 1970 @returns {string} 2026-11-22 */
function beijingDay(now) {
  // China keeps one time, UTC+8, the year round.
  return new Date(now + 8 * 3600e3).toISOString().slice(0, 10);
}

/** Always well-formed UTF-8: half a surrogate pair becomes U+FFFD. @param {string} query @param {SearchOptions} [options] @returns {Uint8Array} */
function encodeRequest(query, { limit = 10, offset = 0, filters = {}, facets, sort, exact, versions, on, explain, more, suggest } = {}) {
  const lines = [`limit=${limit}`, `offset=${offset}`];
  for (const key of Object.keys(filters)) {
    for (const value of /** @type {string[]} */ ([]).concat(filters[key])) lines.push(`filter=${key}:${value}`);
  }
  if (facets) lines.push('facets=1');
  if (sort === 'date') lines.push('sort=date');
  if (exact) lines.push('plain=1');
  if (versions) lines.push('versions=1');
  // The index holds days; which of a regulation's texts is in force, today decides.
  lines.push('today=' + (on || beijingDay(Date.now())).replace(/-/g, ''));
  if (explain) lines.push('explain=1');
  if (more) lines.push('more=1');
  if (suggest) lines.push('suggest=1');
  // A line break in a value would begin another header.
  return new TextEncoder().encode(lines.map(line => line.replace(/[\r\n]+/g, ' ') + '\n').join('') + '\n' + query);
}

/**
 * The address of a place in a document, with the words to mark there.
 *
 * @param {string} url @param {string} anchor @param {string[]} terms
 */
function placeAddress(url, anchor, terms) {
  const words = Array.from(new Set(terms)).slice(0, MOST_TERMS).join(' ');
  return new URL(url + (words && '?hl=' + encodeURIComponent(words)) + (anchor && '#' + encodeURIComponent(anchor)), siteRoot).href;
}

const MOST_TERMS = 20;
const LONGEST_TERM = 64;

/** @param {string} address the part from “?” on @returns {string[]} the words to mark */
function readTerms(address) {
  const words = (new URLSearchParams(address).get('hl') || '').split(/\s+/).filter(word => word && word.length <= LONGEST_TERM);
  return Array.from(new Set(words)).slice(0, MOST_TERMS);
}

/**
 * Where the terms stand in a text: ranges that neither overlap nor touch.
 *
 * @param {string} text @param {string[]} terms @returns {[number, number][]}
 */
function findTerms(text, terms) {
  const lower = text.toLowerCase();
  // Folding that changes lengths would shift every range; then the letters must agree.
  const [where, fold] = lower.length === text.length ? [lower, true] : [text, false];
  /** @type {[number, number][]} */
  const found = [];
  for (const term of terms) {
    const needle = fold ? term.toLowerCase() : term;
    for (let at = where.indexOf(needle); at >= 0; at = where.indexOf(needle, at + needle.length)) found.push([at, at + needle.length]);
  }
  found.sort((a, b) => a[0] - b[0]);
  /** @type {[number, number][]} */
  const merged = [];
  for (const [from, to] of found) {
    const last = merged[merged.length - 1];
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

window.zhize = {
  search: async (query, options) => /** @type {SearchResult} */ (await runSearch(encodeRequest(query, options))),
};
