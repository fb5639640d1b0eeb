// The function behind `word('search.found', { n: total })` in scripts. The
// build puts it around each script that asks for words, with a table of just
// those words. See docs/themes.md.
(
  /** @param {Record<string, string | [one: string, other: string]>} table the words by their keys, with values as `{name}` */
  table =>
    /** @param {string} key @param {Record<string, unknown>} [values] */
    (key, values = {}) => {
      const word = table[key] || '';
      const text = typeof word === 'string' ? word : word[values.n === 1 ? 0 : 1];
      return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
    }
)
