'use strict';
// A regulation's page: its tools, the jump to a provision, and links to
// provisions that have moved.
zhize.parts.law = (() => {
  const { anchorsOf, isInArticle, nearestAbove } = zhize.parts.anchors;
  const { lastArticle, linkOf, makeSaid, nameOf } = zhize.parts.provisions;
  const { textOf } = zhize.parts.dom;
  const { address, alone, lawTools, typing } = zhize.parts;

  /**
   * Goes to the nearest place above a missing anchor: an amendment may have
   * removed a paragraph that a link names.
   *
   * @param {HTMLElement} law @param {(words: string) => void} say
   */
  function bringAbove(law, say) {
    const wanted = address.anchor();
    if (!wanted || document.getElementById(wanted)) return;
    const above = nearestAbove(wanted, id => document.getElementById(id) !== null);
    const found = above && document.getElementById(above);
    if (!found) {
      if (isInArticle(wanted)) say(word('law.link_gone', { last: lastArticle(law) }));
      return;
    }
    found.scrollIntoView();
    const own = linkOf(found);
    say(word('law.link_moved', { name: own ? nameOf(own) : word('law.its_place') }));
  }

  /** Goes to a provision of the current text. @param {Element} provision */
  function goTo(provision) {
    if (location.hash === '#' + provision.id) provision.scrollIntoView();
    location.hash = provision.id;
    const own = linkOf(provision);
    if (own) own.focus({ preventScroll: true });
  }

  /**
   * @param {HTMLElement} law
   * @param {HTMLFormElement} form the box to type a number in
   */
  function startJump(law, form) {
    const box = form.querySelector('input');
    const answer = form.querySelector('[role=status]');
    if (!box || !answer) return;
    form.hidden = false;
    form.addEventListener('submit', event => {
      event.preventDefault();
      const typed = box.value.trim();
      if (!typed || typing.isComposing()) return;
      const places = anchorsOf(typed).map(anchor => document.getElementById(anchor));
      const found = places.find(place => place && law.contains(place));
      // Only an older text had this number: the list of old numbers says what
      // became of it.
      const gone = places.find(place => place && place.closest('.law-gone'));
      if (found) {
        answer.textContent = '';
        goTo(found);
      } else if (gone) {
        answer.textContent = word('law.not_in_force', { typed, now: textOf(gone) });
        location.hash = gone.id;
      } else {
        answer.textContent = places.length ? word('law.no_such', { typed, last: lastArticle(law) }) : word('law.not_understood', { typed });
        box.select();
      }
    });
  }

  /** @param {HTMLElement} law */
  function start(law) {
    const main = /** @type {HTMLElement} */ (law.closest('main') || document.body);
    const say = makeSaid();
    const one = alone.makeAlone(law, main);
    const tools = lawTools.makeTools(law, one, say);
    lawTools.follow(law, tools);
    document.addEventListener('keydown', event => {
      if (event.key !== 'Escape') return;
      if (one.isAlone()) one.leave();
      else tools.hide();
    });
    window.addEventListener('hashchange', () => bringAbove(law, say));
    bringAbove(law, say);
    const form = /** @type {HTMLFormElement | null} */ (main.querySelector('form[data-law-jump]'));
    if (form) startJump(law, form);
  }

  const law = /** @type {HTMLElement | null} */ (document.querySelector('[data-law]'));
  if (law) start(law);
  return { start };
})();
