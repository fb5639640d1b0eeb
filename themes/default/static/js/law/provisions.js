'use strict';
// The provisions of a regulation on the page: which link belongs to which, and
// what they are called. Without scripts, labels are plain links to themselves.
zhize.parts.provisions = (() => {
  const { make, textOf } = zhize.parts.dom;

  const PROVISION = '.law-article,.law-paragraph,.law-item,.law-point,.law-division';
  const SAID_FOR = 6000;

  /**
   * A provision's own link: the label of an article, the mark after a
   * paragraph.
   *
   * @param {Element} provision @returns {HTMLAnchorElement | null}
   */
  function linkOf(provision) {
    const href = '#' + provision.id;
    const found = Array.from(provision.querySelectorAll('.law-label,.law-link')).find(link => link.getAttribute('href') === href);
    return /** @type {HTMLAnchorElement | null} */ (found || null);
  }

  /** The name of a provision: 第七条第二款. @param {HTMLAnchorElement} link */
  const nameOf = link => link.getAttribute('aria-label') || textOf(link).replace(/[、.．]$/, '');

  /**
   * The unit that is read alone: the article, the point, or the division.
   *
   * @param {Element} from
   */
  const wholeOf = from => /** @type {HTMLElement | null} */ (from.closest('.law-article') || from.closest('.law-point,.law-division'));

  /**
   * The names of the divisions above, 第二章 for 第二章第一节: numbers that restart in
   * each chapter need them.
   *
   * @param {HTMLElement} law @param {HTMLAnchorElement} link
   */
  function divisionsAbove(law, link) {
    const own = link.closest('.law-heading') && link.closest('.law-division');
    let names = '';
    for (let at = own && own.parentElement; own && at && law.contains(at); at = at.parentElement) {
      const above = at.matches('.law-division') && own.id.startsWith(at.id + '-') ? linkOf(at) : null;
      if (above) names = nameOf(above) + names;
    }
    return names;
  }

  /**
   * The citation of a provision: 《某条例》第七条第二款.
   *
   * @param {HTMLElement} law @param {HTMLAnchorElement} link
   */
  function citationOf(law, link) {
    const title = law.dataset.law || document.title;
    const annex = link.closest('.law-annex');
    const within = annex && link.classList.contains('law-label') && !link.parentElement?.matches('.law-annex > .law-heading')
      ? (annex.querySelector('.law-label')?.textContent || '') : '';
    return word('mark.title', { title: title.replace(/^《|》$/g, '') }) + within + divisionsAbove(law, link) + nameOf(link);
  }

  /**
   * The words of a provision, one line for each part, without marks, tools, and
   * numbers that the citation says.
   *
   * @param {HTMLAnchorElement} link
   */
  function wordsOf(link) {
    const provision = link.closest(PROVISION);
    if (!provision || provision.matches('.law-division')) return '';
    const copy = /** @type {Element} */ (provision.cloneNode(true));
    for (const part of Array.from(copy.querySelectorAll('.mark,.law-tools,.law-link,.law-cited,.law-note,.visually-hidden'))) part.remove();
    const label = copy.querySelector('.law-label');
    if (label && label.textContent === link.textContent) label.remove();
    const lines = Array.from(copy.querySelectorAll('p,tr'), line => textOf(line).trim());
    return (lines.length ? lines : [textOf(copy).trim()]).filter(Boolean).join('\n');
  }

  /**
   * The name of the last article of the text, not counting annexes.
   *
   * @param {HTMLElement} law
   */
  function lastArticle(law) {
    const articles = law.querySelectorAll('.law-article > .law-paragraph > p > .law-label, .law-article > p > .law-label');
    const last = Array.from(articles).filter(article => !article.closest('.law-annex')).pop();
    return last ? word('law.last', { article: last.textContent }) : '';
  }

  /**
   * The link of the provision that a pointer is at.
   *
   * @param {HTMLElement} law @param {EventTarget | null} target
   */
  function pointedLink(law, target) {
    const provision = target instanceof Element ? target.closest(PROVISION) : null;
    if (!provision || !law.contains(provision)) return null;
    // An article's only paragraph has no link but the article's.
    for (let at = /** @type {Element | null} */ (provision); at && law.contains(at); at = at.parentElement) {
      const found = at.matches(PROVISION) ? linkOf(at) : null;
      // A division is pointed to only by its heading.
      if (found && (!at.matches('.law-division') || found.closest('.law-heading')?.contains(/** @type {Node} */ (target)))) return found;
    }
    return null;
  }

  /**
   * Makes a line for messages, which is also read out. It disappears by itself
   * unless it holds something to act on.
   */
  function makeSaid() {
    const said = make('div', 'law-said');
    said.setAttribute('role', 'status');
    document.body.append(said);
    let until = 0;
    /** @param {string} words @param {Node[]} more */
    return (words, ...more) => {
      clearTimeout(until);
      said.textContent = words;
      said.append(...more);
      if (!more.length) until = setTimeout(() => { said.textContent = ''; }, SAID_FOR);
    };
  }

  return { linkOf, nameOf, wholeOf, citationOf, wordsOf, lastArticle, pointedLink, makeSaid };
})();
