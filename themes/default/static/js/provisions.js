// The provisions of a regulation: jump to one, copy its link or its citation,
// read it alone. Without this script labels are plain links to themselves.

const PROVISION = '.law-article,.law-paragraph,.law-item,.law-point,.law-division';
const DIGITS = '零一二三四五六七八九';

/** 一百三十三, 133, １３３; NaN for what is no number. @param {string} text */
function readNumber(text) {
  const plain = text.replace(/[０-９]/g, c => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[〇○]/g, '零').replace(/两/g, '二').replace(/廿/g, '二十').replace(/卅/g, '三十');
  if (/^\d{1,6}$/.test(plain)) return Number(plain);
  if (!/^[零一二三四五六七八九十百千]{1,12}$/.test(plain)) return NaN;
  if (!/[十百千]/.test(plain)) return Number(Array.from(plain, c => DIGITS.indexOf(c)).join(''));
  let sum = 0, digit = 0;
  for (const c of plain) {
    const unit = { 十: 10, 百: 100, 千: 1000 }[c];
    if (unit) {
      sum += (digit || 1) * unit;
      digit = 0;
    } else {
      digit = DIGITS.indexOf(c);
    }
  }
  return sum + digit;
}

/** What was typed as the anchors that it may mean, in an annex (`annex-2-`) or in the text; empty when it is not understood. @param {string} typed @param {string} [within] @returns {string[]} */
function anchorsOf(typed, within = '') {
  const text = typed.normalize('NFKC').replace(/[\s《》()（）、.。]/g, c => (c === '(' || c === ')' ? c : ''));
  const N = '([\\d零〇○一二两三四五六七八九十廿卅百千]+)';
  const article = new RegExp(`^第?${N}条?(?:(?:之|-)${N})?(?:第?${N}款)?(?:第?\\(?${N}\\)?项)?(?:第?\\(?${N}\\)?目)?$`).exec(text);
  if (article) {
    const [base, inserted, paragraph, item, sub] = article.slice(1).map(part => (part === undefined ? 0 : readNumber(part)));
    if ([base, inserted, paragraph, item, sub].some(number => number !== number) || !base) return [];
    let anchor = `${within}art-${base}${inserted ? '-' + inserted : ''}`;
    const below = (item ? `-item-${item}` : '') + (sub ? `-sub-${sub}` : '');
    if (paragraph) anchor += `-para-${paragraph}`;
    if (!below) return [anchor, `${within}sec-${base}`];
    if (paragraph) return [anchor + below];
    const found = Array.from(document.querySelectorAll(`[id^="${anchor}-para-"]`)).map(element => element.id)
      .filter(id => id.slice(anchor.length).replace(/^-para-\d+/, '') === below);
    // Two paragraphs may have such an item; the article holds both.
    return found.length === 1 ? found : found.length ? [anchor] : [`${anchor}-para-1${below}`];
  }
  const division = new RegExp(`^(?:第${N}编)?(?:第${N}章)?(?:第${N}节)?$`).exec(text);
  if (division && text) {
    const [part, chapter, section] = division.slice(1).map(number => (number === undefined ? 0 : readNumber(number)));
    const anchor = within + [part && `part-${part}`, chapter && `chap-${chapter}`, section && `sec-${section}`].filter(Boolean).join('-');
    const ends = Array.from(document.querySelectorAll(`[id$="-${anchor}"]`)).map(element => element.id);
    return anchor ? [anchor].concat(ends.length === 1 ? ends : []) : [];
  }
  const whole = /^(?:(序言|前言|引言)|落款)$/.exec(text);
  if (whole) return [within + (whole[1] ? 'preamble' : 'signature')];
  // 附件2, 附件2第一条; 二（一）3 of a document.
  const annex = within ? null : new RegExp(`^附件${N}?(第.+)?$`).exec(text);
  if (annex) {
    const anchor = `annex-${annex[1] ? readNumber(annex[1]) : 1}`;
    return annex[2] ? anchorsOf(annex[2], anchor + '-') : [anchor];
  }
  const points = text.replace(/^第(.+)部分/, '$1(').split(/[()-]/).filter(Boolean).map(readNumber);
  return points.length && points.every(number => number > 0) ? [`${within}sec-` + points.join('-')] : [];
}

/** The nearest place above an anchor that there is: art-7 for art-7-para-9. @param {string} anchor @param {(id: string) => boolean} exists */
function nearestAbove(anchor, exists) {
  for (let at = anchor; ;) {
    const above = at.replace(/-(?:para|item|sub)-\d+(?:-[a-z]+)?$/, '').replace(/^(sec(?:-\d+)+)-\d+$/, '$1');
    if (above === at || exists(above)) return above === at ? '' : above;
    at = above;
  }
}

/** @param {HTMLElement} law */
function provisions(law) {
  const main = /** @type {HTMLElement} */ (law.closest('main') || document.body);
  const title = law.dataset.law || document.title;
  const said = make('div', 'law-said');
  said.setAttribute('role', 'status');
  let saidUntil = 0;
  document.body.append(said);

  /** @param {string} words @param {Node[]} more */
  const say = (words, ...more) => {
    clearTimeout(saidUntil);
    said.textContent = words;
    said.append(...more);
    if (!more.length) saidUntil = setTimeout(() => { said.textContent = ''; }, 6000);
  };

  /** Its own link: the label of an article, the mark behind a paragraph. @param {Element} provision @returns {HTMLAnchorElement | null} */
  const linkOf = provision => {
    const href = '#' + provision.id;
    const found = Array.from(provision.querySelectorAll('.law-label,.law-link')).find(link => link.getAttribute('href') === href);
    return /** @type {HTMLAnchorElement | null} */ (found || null);
  };
  /** 第七条第二款. @param {HTMLAnchorElement} link */
  const nameOf = link => link.getAttribute('aria-label') || (link.textContent || '').trim().replace(/[、.．]$/, '');
  /** @param {HTMLAnchorElement} link */
  const citationOf = link => {
    const annex = link.closest('.law-annex');
    const within = annex && link.classList.contains('law-label') && !link.parentElement?.matches('.law-annex > .law-heading')
      ? (annex.querySelector('.law-label')?.textContent || '') : '';
    return word('mark.title', { title: title.replace(/^《|》$/g, '') }) + within + divisionsAbove(link) + nameOf(link);
  };
  /** 第二章 of 第二章第一节: numbers that begin anew in each chapter name it. @param {HTMLAnchorElement} link */
  const divisionsAbove = link => {
    const own = link.closest('.law-heading') && link.closest('.law-division');
    let names = '';
    for (let at = own && own.parentElement; own && at && law.contains(at); at = at.parentElement) {
      const above = at.matches('.law-division') && own.id.startsWith(at.id + '-') ? linkOf(at) : null;
      if (above) names = nameOf(above) + names;
    }
    return names;
  };
  /** The last article of the text, without annexes. */
  const lastArticle = () => {
    const articles = law.querySelectorAll('.law-article > .law-paragraph > p > .law-label, .law-article > p > .law-label');
    const last = Array.from(articles).filter(article => !article.closest('.law-annex')).pop();
    return last ? word('law.last', { article: last.textContent }) : '';
  };

  /** @param {string} text @param {string} words */
  const copy = (text, words) => {
    const byHand = () => {
      const field = document.createElement('input');
      field.readOnly = true;
      field.value = text;
      field.setAttribute('aria-label', words);
      say(words + word('mark.colon'), field);
      field.focus();
      field.select();
      let done = false;
      try { done = document.execCommand('copy'); } catch {}
      if (done) {
        say(word('law.copied', { what: words, text }));
        focusBack();
        return;
      }
      const close = make('button', '', word('law.close'));
      close.type = 'button';
      close.onclick = () => { say(''); focusBack(); };
      say(word('law.copy_by_hand', { what: words }), field, close);
      field.focus();
      field.select();
    };
    const clipboard = /** @type {Clipboard | undefined} */ (navigator.clipboard);
    if (clipboard && clipboard.writeText) {
      clipboard.writeText(text).then(() => say(word('law.copied', { what: words, text })), byHand);
    } else {
      byHand();
    }
  };

  // One set of tools goes from provision to provision.
  const tools = make('span', 'law-tools');
  tools.setAttribute('role', 'group');
  /** @type {HTMLAnchorElement | null} */
  let link = null;
  const focusBack = () => { if (link) link.focus(); };
  /** @param {string} text @param {() => void} action */
  const button = (text, action) => {
    const element = make('button', '', text);
    element.type = 'button';
    element.onclick = action;
    tools.append(element);
    return element;
  };
  const copyLink = button(word('law.link'), () => {
    if (link) copy(location.href.replace(/[?#].*$/, '') + link.getAttribute('href'), word('law.link'));
  });
  const copyCitation = button(word('law.citation'), () => { if (link) copy(citationOf(link), word('law.citation')); });
  const readAlone = button(word('law.alone_article'), () => { if (link) alone(link); });

  /** @param {HTMLAnchorElement} to */
  const show = to => {
    if (link === to && tools.isConnected) return;
    link = to;
    const name = nameOf(to);
    tools.setAttribute('aria-label', name);
    copyLink.setAttribute('aria-label', word('law.copy_link', { name }));
    copyCitation.setAttribute('aria-label', word('law.copy_citation', { name }));
    const whole = wholeOf(to);
    readAlone.hidden = !whole || main.classList.contains('law-is-alone');
    readAlone.textContent = whole && whole.matches('.law-article') ? word('law.alone_article') : word('law.alone');
    to.after(tools);
  };
  const hide = () => {
    tools.remove();
    link = null;
  };
  /** What is read alone: the article, the point, the division. @param {Element} from */
  const wholeOf = from => /** @type {HTMLElement | null} */ (from.closest('.law-article') || from.closest('.law-point,.law-division'));

  // Where somebody is at the tools by keyboard, a mouse that lies about does
  // not take them away.
  let byKeyboard = false;
  document.addEventListener('keydown', () => { byKeyboard = true; }, true);
  document.addEventListener('mousedown', () => { byKeyboard = false; }, true);
  /** @param {EventTarget | null} target */
  const pointed = target => {
    const provision = target instanceof Element ? target.closest(PROVISION) : null;
    if (!provision || !law.contains(provision)) return null;
    // An article's only paragraph has no link but the article's.
    for (let at = /** @type {Element | null} */ (provision); at && law.contains(at); at = at.parentElement) {
      const found = at.matches(PROVISION) ? linkOf(at) : null;
      // A division is pointed to by its heading alone.
      if (found && (!at.matches('.law-division') || found.closest('.law-heading')?.contains(/** @type {Node} */ (target)))) return found;
    }
    return null;
  };
  law.addEventListener('mouseover', event => {
    if (tools.contains(/** @type {Node} */ (event.target)) || (byKeyboard && tools.contains(document.activeElement))) return;
    const found = pointed(event.target);
    if (found) show(found);
  });
  law.addEventListener('mouseleave', () => {
    if (!tools.contains(document.activeElement)) hide();
  });
  law.addEventListener('focusin', event => {
    const target = /** @type {Element} */ (event.target);
    if (target.matches('.law-label,.law-link')) show(/** @type {HTMLAnchorElement} */ (target));
  });
  law.addEventListener('focusout', event => {
    const next = /** @type {Node | null} */ (event.relatedTarget);
    if (byKeyboard && tools.isConnected && next && !tools.contains(next) && next !== link) hide();
  });
  // A finger has no pointer that hovers: it taps the text.
  law.addEventListener('click', event => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest('.law-tools')) return;
    const found = pointed(target);
    if (found) show(found);
  });

  const bar = make('p', 'law-alone-bar');
  const barText = make('span', '');
  barText.setAttribute('role', 'status');
  const back = make('button', '', word('law.whole'));
  back.type = 'button';
  const print = make('button', '', word('chooser.print'));
  print.type = 'button';
  print.onclick = () => window.print();
  bar.append(barText, back, print);

  /** @param {HTMLAnchorElement} from */
  function alone(from) {
    const chosen = wholeOf(from);
    if (!chosen) return;
    for (let at = chosen.parentElement; at && at !== law; at = at.parentElement) at.classList.add('law-holds-chosen');
    chosen.classList.add('law-chosen');
    main.classList.add('law-is-alone');
    law.before(bar);
    const own = linkOf(chosen);
    barText.textContent = word('law.only', { name: own ? nameOf(own) : word('law.this_part') });
    hide();
    back.focus();
    bar.scrollIntoView({ block: 'nearest' });
  }
  const together = () => {
    const chosen = law.querySelector('.law-chosen');
    main.classList.remove('law-is-alone');
    for (const element of Array.from(law.querySelectorAll('.law-chosen,.law-holds-chosen'))) element.classList.remove('law-chosen', 'law-holds-chosen');
    bar.remove();
    const own = chosen && linkOf(chosen);
    if (chosen) chosen.scrollIntoView({ block: 'center' });
    if (own) own.focus({ preventScroll: true });
  };
  back.onclick = together;
  document.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    if (main.classList.contains('law-is-alone')) together();
    else hide();
  });
  window.addEventListener('hashchange', () => {
    const chosen = law.querySelector('.law-chosen');
    const target = anchorTarget();
    if (chosen && target && law.contains(target) && !chosen.contains(target)) {
      together();
      target.scrollIntoView();
    }
  });

  // An amendment may have left an article fewer paragraphs than a link knows.
  const bringAbove = () => {
    let wanted = '';
    try { wanted = decodeURIComponent(location.hash.slice(1)); } catch {}
    if (!wanted || document.getElementById(wanted)) return;
    const above = nearestAbove(wanted, id => document.getElementById(id) !== null);
    const found = above && document.getElementById(above);
    if (!found) {
      if (/^art-\d/.test(wanted)) say(word('law.link_gone', { last: lastArticle() }));
      return;
    }
    found.scrollIntoView();
    const own = linkOf(found);
    say(word('law.link_moved', { name: own ? nameOf(own) : word('law.its_place') }));
  };
  window.addEventListener('hashchange', bringAbove);
  bringAbove();

  const form = /** @type {HTMLFormElement | null} */ (main.querySelector('form[data-law-jump]'));
  const box = form && form.querySelector('input');
  const answer = form && form.querySelector('[role=status]');
  if (form && box && answer) {
    form.hidden = false;
    form.addEventListener('submit', event => {
      event.preventDefault();
      const typed = box.value.trim();
      if (!typed || composing) return;
      const anchors = anchorsOf(typed);
      const found = anchors.map(anchor => document.getElementById(anchor)).find(element => element && law.contains(element));
      if (found) {
        answer.textContent = '';
        if (location.hash === '#' + found.id) found.scrollIntoView();
        location.hash = found.id;
        const own = linkOf(found);
        if (own) own.focus({ preventScroll: true });
        return;
      }
      // A number that only an older text had: the list of old numbers says
      // what became of it.
      const gone = anchors.map(anchor => document.getElementById(anchor)).find(element => element && element.closest('.law-gone'));
      if (gone) {
        answer.textContent = word('law.not_in_force', { typed, now: (gone.textContent || '').trim() });
        location.hash = gone.id;
        return;
      }
      answer.textContent = anchors.length
        ? word('law.no_such', { typed, last: lastArticle() })
        : word('law.not_understood', { typed });
      box.select();
    });
  }
}

const lawElement = /** @type {HTMLElement | null} */ (document.querySelector('[data-law]'));
if (lawElement) provisions(lawElement);

// Long contents are open where they stand beside the text.
for (const fold of Array.from(document.querySelectorAll('details[data-open-when-wide]'))) {
  /** @type {HTMLDetailsElement} */ (fold).open = matchMedia('(min-width: 64rem)').matches;
}
