'use strict';
// Words that a search result passes to its page to be marked there: in the
// address, as `?hl=`.
zhize.parts.terms = (() => {
  const MOST_TERMS = 20;
  const LONGEST_TERM = 64;

  /**
   * The address of a place in a document, with the words to mark there.
   *
   * @param {string} url @param {string} anchor @param {string[]} terms
   */
  function placeAddress(url, anchor, terms) {
    const words = Array.from(new Set(terms)).slice(0, MOST_TERMS).join(' ');
    return zhize.parts.site.addressOf(url + (words && '?hl=' + encodeURIComponent(words)) + (anchor && '#' + encodeURIComponent(anchor)));
  }

  /**
   * @param {string} address the part from “?” on
   * @returns {string[]} the words to mark
   */
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
    // If folding changes the length, every range would shift; then letters must
    // match exactly.
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

  return { placeAddress, readTerms, findTerms };
})();
