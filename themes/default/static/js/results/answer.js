'use strict';
// A question that a registered figure or a term's stated meaning answers: the
// answer itself, above the results, with its scope and where it stands.
zhize.parts.answer = (() => {
  const { make, makeLink } = zhize.parts.dom;
  const { load } = zhize.parts.loader;
  const { site } = zhize.parts;

  // Shares of the query that a figure's own words must hold: all but, if a
  // number isn't asked for.
  const ENOUGH_ASKED = 0.6;
  const ENOUGH = 0.99;
  const MOST_FIGURES = 3;
  // A shorter query names no figure unless it asks for a number or a year.
  const SHORTEST_NAME = 4;

  /** Letters and digits only, in one form. @param {string} text */
  const plain = text => text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}%]+/gu, '');

  /** @type {string[]} */
  const ASKS_NUMBER = word('search.asks_number').split(' ');
  /** @type {string[]} */
  const ASKS_MEANING = word('search.asks_meaning').split(' ');
  /** @type {string[]} */
  const FILLS = word('search.fills').split(' ');
  const LETTERS = /^[a-z]+$/;

  /**
   * The pieces of a query without what only makes it a question.
   *
   * @param {string} query @param {string[]} asks
   */
  function piecesOf(query, asks) {
    let rest = query.normalize('NFKC').toLowerCase();
    // A Latin word is one only between others.
    for (const ask of asks) rest = rest.replace(new RegExp(LETTERS.test(ask) ? `\\b${ask}\\b` : ask, 'g'), ' ');
    return rest.split(/[^\p{L}\p{N}%]+/u).filter(Boolean);
  }

  /** Pairs of neighbouring characters. @param {string} text */
  const pairs = text => Array.from({ length: Math.max(text.length - 1, 0) }, (_, at) => text.slice(at, at + 2));

  /**
   * How much of the query a figure's own words hold; 0 if it isn't meant.
   *
   * @param {AnswerFigure} figure
   * @param {string[]} pieces @param {string[]} years @param {boolean} isAsked
   */
  function fit(figure, pieces, years, isAsked) {
    const label = plain(figure.label);
    const all = [label, plain(figure.scope), ...figure.names.map(plain)].join(' ');
    if (!years.every(year => figure.period.includes(year))) return 0;
    const wanted = pieces.map(pairs).flat();
    if (!wanted.length) return 0;
    const held = wanted.filter(pair => all.includes(pair)).length / wanted.length;
    // A page's name alone is a search for the page.
    const ofLabel = wanted.filter(pair => label.includes(pair)).length;
    if (!ofLabel && !isAsked) return 0;
    if (!isAsked && !years.length && pieces.join('').length < SHORTEST_NAME) return 0;
    return held >= (isAsked || years.length ? ENOUGH_ASKED : ENOUGH) ? held + ofLabel / 100 : 0;
  }

  /**
   * @param {Answers} answers @param {string} query
   * @returns {{ figures: AnswerFigure[], term?: AnswerTerm }}
   */
  function find({ figures, terms }, query) {
    const name = piecesOf(query, ASKS_MEANING).join('');
    const term = name ? terms.find(({ names }) => names.some(known => plain(known) === name)) : undefined;
    if (term) return { figures: [], term };
    const typed = query.normalize('NFKC').toLowerCase();
    const isAsked = ASKS_NUMBER.some(ask => typed.includes(ask));
    const years = typed.match(/(?:19|20)\d\d/g) || [];
    const pieces = piecesOf(typed.replace(/(?:19|20)\d\d\s*年?/g, ' '), ASKS_NUMBER.concat(FILLS));
    const scored = figures.map(figure => ({ figure, score: fit(figure, pieces, years, isAsked) }));
    const best = Math.max(0, ...scored.map(({ score }) => score));
    const meant = best ? scored.filter(({ score }) => score === best).map(({ figure }) => figure) : [];
    // Figures that the words don't tell apart answer nothing.
    return { figures: meant.length <= MOST_FIGURES ? meant : [] };
  }

  /** @type {Promise<Answers> | undefined} */
  let loading;
  /** The site's answers; none if they can't be had. */
  function answers() {
    loading = loading || load('search/answers', '.json', 'no-cache', bytes => JSON.parse(new TextDecoder().decode(bytes)));
    return loading.catch(() => {
      loading = undefined;
      return { figures: [], terms: [] };
    });
  }

  /**
   * What answers a query, as elements; empty if nothing does.
   *
   * @param {string} query @returns {Promise<HTMLElement[]>}
   */
  async function answer(query) {
    const { figures, term } = find(await answers(), query);
    if (term) {
      return [make('div', 'answer',
        make('p', 'answer-label', word('procedure.meaning')),
        make('p', 'answer-text', makeLink('', site.addressOf(term.url), term.names[0]), word('mark.colon'), term.meaning),
        make('p', 'answer-about', term.source))];
    }
    return figures.map(({ label, value, scope, period, source, url, names }) => make('div', 'answer',
      make('p', 'answer-value', value),
      make('p', 'answer-text', label),
      make('p', 'answer-about', word('search.answer_scope', { scope, period }), ' ', makeLink('', site.addressOf(url), word('mark.title', { title: names[0] })), source && ' ' + source)));
  }

  return { answer, find };
})();
