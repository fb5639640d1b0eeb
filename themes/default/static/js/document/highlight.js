'use strict';
// On a page reached from a search result, marks the words and brings the reader
// to them. `?hl=` is text to look for and nothing else.
zhize.parts.highlight = (() => {
  const { make, makeButton, setAttributes } = zhize.parts.dom;
  const { findTerms, readTerms } = zhize.parts.terms;
  const { address } = zhize.parts;

  const MOST_MARKS = 500;
  // Inline elements: text on both sides of their edges reads as one.
  const INLINE = /^(A|ABBR|B|BDI|CITE|CODE|DEL|EM|I|INS|KBD|MARK|Q|S|SMALL|SPAN|STRONG|SUB|SUP|TIME|U|VAR|WBR)$/;
  const UNREAD = 'script,style,noscript,textarea,select,svg,[hidden],nav';

  /**
   * The text nodes of `main`, in runs that no block boundary divides.
   *
   * @param {Element} main
   */
  function textRuns(main) {
    /** @type {{ text: string, nodes: { node: Text, start: number }[] }[]} */
    const runs = [];
    let lastBlock = null;
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = /** @type {Text} */ (walker.currentNode);
      let block = node.parentElement;
      if (!block || block.closest(UNREAD)) continue;
      while (block && INLINE.test(block.tagName)) block = block.parentElement;
      if (block !== lastBlock || !runs.length) runs.push({ text: '', nodes: [] });
      lastBlock = block;
      const run = runs[runs.length - 1];
      run.nodes.push({ node, start: run.text.length });
      run.text += node.data;
    }
    return runs;
  }

  /**
   * Marks a range of a run, in each of its nodes.
   *
   * @param {{ node: Text, start: number }[]} nodes
   * @param {number} from
   * @param {number} to
   */
  function markRange(nodes, from, to) {
    const marks = [];
    for (const { node, start } of nodes.slice().reverse()) {
      const a = Math.max(from - start, 0), b = Math.min(to - start, node.length);
      if (a >= b) continue;
      const part = a ? node.splitText(a) : node;
      if (part.length > b - a) part.splitText(b - a);
      const mark = make('mark', 'hl');
      part.replaceWith(mark);
      mark.append(part);
      marks.unshift(mark);
    }
    return marks;
  }

  /**
   * @param {Element} main
   * @param {string[]} terms
   * @returns {HTMLElement[][]} the marks of each place found: a match may span
   * several nodes
   */
  function markTerms(main, terms) {
    /** @type {HTMLElement[][]} */
    const places = [];
    for (const { text, nodes } of textRuns(main)) {
      /** @type {HTMLElement[][]} */
      const here = [];
      // From the end, so that earlier ranges keep their offsets.
      for (const [from, to] of findTerms(text, terms).reverse()) {
        const marks = markRange(nodes, from, to);
        if (marks.length) here.unshift(marks);
      }
      places.push(...here);
      if (places.length >= MOST_MARKS) break;
    }
    return places;
  }

  /** @param {HTMLElement[][]} places */
  function unmark(places) {
    for (const mark of places.flat()) {
      const parent = mark.parentNode;
      mark.replaceWith(...Array.from(mark.childNodes));
      if (parent) parent.normalize();
    }
    const params = new URLSearchParams(location.search);
    params.delete('hl');
    const rest = params.toString();
    // Some browsers refuse this on a disk; the marks are gone anyway.
    try { history.replaceState(null, '', location.pathname + (rest && '?' + rest) + location.hash); } catch {}
  }

  /**
   * What was marked, in words.
   *
   * @param {string[]} terms
   * @param {number} count of places
   */
  function saidOf(terms, count) {
    const words = terms.map(term => word('mark.quoted', { text: term })).slice(0, 4).join(word('highlight.between')) + (terms.length > 4 ? word('highlight.others') : '');
    const said = make('span', 'hl-said', count ? word('highlight.marked', { n: count, words }) : word('highlight.none', { words }));
    setAttributes(said, { role: 'status' });
    return said;
  }

  /**
   * The bar for going from mark to mark.
   *
   * @param {string[]} terms @param {HTMLElement[][]} places
   */
  function makeBar(terms, places) {
    const bar = make('div', 'hl-bar', saidOf(terms, places.length));
    let at = 0;
    /** @param {number} to */
    const go = to => {
      places[at].forEach(mark => mark.classList.remove('hl-now'));
      at = (to + places.length) % places.length;
      places[at].forEach(mark => mark.classList.add('hl-now'));
      places[at][0].scrollIntoView({ block: 'center' });
    };
    if (places.length > 1) {
      bar.append(makeButton('hl-button', word('highlight.previous'), () => go(at - 1)), makeButton('hl-button', word('highlight.next'), () => go(at + 1)));
    }
    bar.append(makeButton('hl-button', word('highlight.clear'), () => {
      unmark(places);
      bar.remove();
    }));
    /** Sets the current mark without going there. @param {number} to */
    const stand = to => { at = to; };
    return { bar, go, stand };
  }

  /**
   * Whether no heading stands between a place and a mark after it.
   *
   * @param {Element} main @param {Element} target @param {Element} mark
   */
  function sameSection(main, target, mark) {
    const follows = Node.DOCUMENT_POSITION_FOLLOWING;
    return !Array.from(main.querySelectorAll('h2,h3')).some(heading => heading !== target && !heading.contains(mark)
      && target.compareDocumentPosition(heading) & follows && heading.compareDocumentPosition(mark) & follows);
  }

  /**
   * Marks the words of the address in a page and brings the reader to them.
   *
   * @param {Element} main
   */
  function start(main) {
    const terms = readTerms(location.search);
    if (!terms.length) return;
    const places = markTerms(main, terms);
    const { bar, go, stand } = makeBar(terms, places);
    main.append(bar);
    if (!places.length) return;

    const target = address.target();
    // The first mark at or after the anchor, if it is still in the anchor's
    // place.
    const first = target ? places.findIndex(([mark]) => target.contains(mark) || target.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING) : 0;
    const bring = () => {
      if (address.isReturn()) {
        if (first >= 0) stand(first);
        return;
      }
      if (target) target.scrollIntoView();
      if (first < 0) return;
      stand(first);
      const { top, bottom } = places[first][0].getBoundingClientRect();
      if ((top < 0 || bottom > innerHeight - bar.offsetHeight) && (!target || sameSection(main, target, places[first][0]))) go(first);
    };
    // Until everything has loaded, the browser goes to the anchor by itself.
    if (document.readyState === 'complete') bring();
    else window.addEventListener('load', () => setTimeout(bring));
  }

  const main = document.querySelector('main');
  if (main) start(main);
  return { markTerms, start };
})();
