'use strict';
// How provisions are numbered, and how readers write their numbers.
zhize.parts.anchors = (() => {
  const DIGITS = '零一二三四五六七八九';
  /** @type {Record<string, number>} */
  const UNITS = { 十: 10, 百: 100, 千: 1000 };
  const N = '([\\d零〇○一二两三四五六七八九十廿卅百千]+)';
  const ARTICLE = new RegExp(`^第?${N}条?(?:(?:之|-)${N})?(?:第?${N}款)?(?:第?\\(?${N}\\)?项)?(?:第?\\(?${N}\\)?目)?$`);
  const DIVISION = new RegExp(`^(?:第${N}编)?(?:第${N}章)?(?:第${N}节)?$`);
  const ANNEX = new RegExp(`^附件${N}?(第.+)?$`);
  const WHOLE = /^(?:(序言|前言|引言)|落款)$/;

  /**
   * Reads 一百三十三, 133 or １３３; NaN if it is not a number.
   *
   * @param {string} text
   */
  function readNumber(text) {
    const plain = text.replace(/[０-９]/g, c => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
      .replace(/[〇○]/g, '零').replace(/两/g, '二').replace(/廿/g, '二十').replace(/卅/g, '三十');
    if (/^\d{1,6}$/.test(plain)) return Number(plain);
    if (!/^[零一二三四五六七八九十百千]{1,12}$/.test(plain)) return NaN;
    if (!/[十百千]/.test(plain)) return Number(Array.from(plain, c => DIGITS.indexOf(c)).join(''));
    let sum = 0, digit = 0;
    for (const c of plain) {
      const unit = UNITS[c];
      if (unit) {
        sum += (digit || 1) * unit;
        digit = 0;
      } else {
        digit = DIGITS.indexOf(c);
      }
    }
    return sum + digit;
  }

  /**
   * The numbers of a match; 0 where one was left out.
   *
   * @param {RegExpExecArray} match
   */
  const numbersOf = match => match.slice(1).map(part => (part === undefined ? 0 : readNumber(part)));

  /**
   * The anchors of 第七条第二款第三项.
   *
   * @param {RegExpExecArray} match @param {string} within @returns {string[]}
   */
  function anchorsOfArticle(match, within) {
    const numbers = numbersOf(match);
    const [base, inserted, paragraph, item, sub] = numbers;
    if (numbers.some(number => number !== number) || !base) return [];
    let anchor = `${within}art-${base}${inserted ? '-' + inserted : ''}`;
    const below = (item ? `-item-${item}` : '') + (sub ? `-sub-${sub}` : '');
    if (paragraph) anchor += `-para-${paragraph}`;
    if (!below) return [anchor, `${within}sec-${base}`];
    if (paragraph) return [anchor + below];
    const found = Array.from(document.querySelectorAll(`[id^="${anchor}-para-"]`)).map(element => element.id)
      .filter(id => id.slice(anchor.length).replace(/^-para-\d+/, '') === below);
    // If several paragraphs have such an item, the article that contains them.
    return found.length === 1 ? found : found.length ? [anchor] : [`${anchor}-para-1${below}`];
  }

  /**
   * The anchors of 第一编第二章.
   *
   * @param {RegExpExecArray} match @param {string} within @returns {string[]}
   */
  function anchorsOfDivision(match, within) {
    const [part, chapter, section] = numbersOf(match);
    const anchor = within + [part && `part-${part}`, chapter && `chap-${chapter}`, section && `sec-${section}`].filter(Boolean).join('-');
    const ends = Array.from(document.querySelectorAll(`[id$="-${anchor}"]`)).map(element => element.id);
    return anchor ? [anchor].concat(ends.length === 1 ? ends : []) : [];
  }

  /**
   * The anchors of 附件2 or 附件2第一条.
   *
   * @param {RegExpExecArray} match @returns {string[]}
   */
  function anchorsOfAnnex([, number, rest]) {
    const anchor = `annex-${number ? readNumber(number) : 1}`;
    return rest ? anchorsOf(rest, anchor + '-') : [anchor];
  }

  /**
   * The anchors of 二（一）3 in a document.
   *
   * @param {string} text @param {string} within @returns {string[]}
   */
  function anchorsOfPoint(text, within) {
    const points = text.replace(/^第(.+)部分/, '$1(').split(/[()-]/).filter(Boolean).map(readNumber);
    return points.length && points.every(number => number > 0) ? [`${within}sec-` + points.join('-')] : [];
  }

  /**
   * The anchors that a typed text may mean, in an annex (`annex-2-`) or in the
   * text; empty if it is not understood.
   *
   * @param {string} typed @param {string} [within] @returns {string[]}
   */
  function anchorsOf(typed, within = '') {
    const text = typed.normalize('NFKC').replace(/[\s《》()（）、.。]/g, c => (c === '(' || c === ')' ? c : ''));
    const article = ARTICLE.exec(text);
    if (article) return anchorsOfArticle(article, within);
    const division = text && DIVISION.exec(text);
    if (division) return anchorsOfDivision(division, within);
    const whole = WHOLE.exec(text);
    if (whole) return [within + (whole[1] ? 'preamble' : 'signature')];
    const annex = within ? null : ANNEX.exec(text);
    return annex ? anchorsOfAnnex(annex) : anchorsOfPoint(text, within);
  }

  /**
   * The nearest existing place above an anchor: art-7 for art-7-para-9.
   *
   * @param {string} anchor @param {(id: string) => boolean} exists
   */
  function nearestAbove(anchor, exists) {
    for (let at = anchor; ;) {
      const above = at.replace(/-(?:para|item|sub)-\d+(?:-[a-z]+)?$/, '').replace(/^(sec(?:-\d+)+)-\d+$/, '$1');
      if (above === at || exists(above)) return above === at ? '' : above;
      at = above;
    }
  }

  /** Whether an anchor is in an article of the text. @param {string} anchor */
  const isInArticle = anchor => /^art-\d/.test(anchor);

  return { readNumber, anchorsOf, isInArticle, nearestAbove };
})();
