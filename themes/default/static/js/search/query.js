'use strict';
// A search as the page's address and as the engine's request, without the DOM.
zhize.parts.query = (() => {
  const { beijingDay } = zhize.parts.time;

  /**
   * @param {string} address the part from “?” on
   * @param {string[]} facets keys of all facets
   * @returns {SearchState}
   */
  function readState(address, facets) {
    const params = new URLSearchParams(address);
    /** @type {Record<string, string[]>} */
    const filters = {};
    for (const key of facets) {
      const values = params.getAll(key).filter(Boolean);
      if (values.length) filters[key] = Array.from(new Set(values));
    }
    return { query: readQuery(address, params.get('q') || ''), filters, sort: params.get('sort') === 'date' ? 'date' : 'relevance', exact: params.get('exact') === '1', versions: params.get('versions') === '1' };
  }

  /**
   * The query as it was meant: old pages send GBK, and some encode twice.
   *
   * @param {string} address @param {string} query as UTF-8 encoded once
   */
  function readQuery(address, query) {
    if (/%[89a-f][0-9a-f]/i.test(query)) {
      try { return decodeURIComponent(query); } catch { return query; }
    }
    const [, raw = ''] = /[?&]q=([^&#]*)/.exec(address) || [];
    if (!query.includes('\ufffd') || !raw) return query;
    const bytes = raw.replace(/\+/g, ' ').replace(/%([0-9a-f]{2})/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
    const meant = new TextDecoder('gbk').decode(Uint8Array.from(bytes, char => char.charCodeAt(0)));
    // Any other damage gives characters that nobody types.
    return /^[ !-$&-~\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+$/.test(meant) ? meant : query;
  }

  /** @param {SearchState} state @returns {string} from “?” on, or nothing */
  function writeState({ query, filters, sort, exact, versions }) {
    const params = new URLSearchParams();
    if (query) params.set('q', query);
    // One choice has one address, in whatever order it was made.
    for (const key of Object.keys(filters).sort()) for (const value of filters[key]) params.append(key, value);
    if (sort === 'date') params.set('sort', sort);
    if (exact && query) params.set('exact', '1');
    if (versions) params.set('versions', '1');
    const text = params.toString();
    return text && '?' + text;
  }

  /**
   * Encodes a request, always as well-formed UTF-8: half a surrogate pair
   * becomes U+FFFD.
   *
   * @param {string} query
   * @param {SearchOptions} [options]
   * @returns {Uint8Array}
   */
  function encodeRequest(query, { limit = 10, offset = 0, filters = {}, facets, sort, exact, versions, on, explain, more, all, suggest } = {}) {
    const lines = [`limit=${limit}`, `offset=${offset}`];
    for (const key of Object.keys(filters)) {
      for (const value of /** @type {string[]} */ ([]).concat(filters[key])) lines.push(`filter=${key}:${value}`);
    }
    if (facets) lines.push('facets=1');
    if (sort === 'date') lines.push('sort=date');
    if (exact) lines.push('plain=1');
    if (versions) lines.push('versions=1');
    // The index has days; today's date decides which of a regulation's texts is
    // in force.
    lines.push('today=' + (on || beijingDay(Date.now())).replace(/-/g, ''));
    if (explain) lines.push('explain=1');
    if (more) lines.push('more=1');
    if (all) lines.push('all=1');
    if (suggest) lines.push('suggest=1');
    // A line break in a value would begin another header.
    return new TextEncoder().encode(lines.map(line => line.replace(/[\r\n]+/g, ' ') + '\n').join('') + '\n' + query);
  }

  return { readState, writeState, encodeRequest };
})();
