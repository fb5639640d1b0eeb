'use strict';
// Shows one provision alone: the rest of the text is hidden until it is asked
// for again.
zhize.parts.alone = (() => {
  const { make, makeButton } = zhize.parts.dom;
  const { linkOf, nameOf, wholeOf } = zhize.parts.provisions;
  const { address } = zhize.parts;

  /** @param {HTMLElement} law @param {HTMLElement} main what holds it */
  function makeAlone(law, main) {
    const said = make('span', '');
    said.setAttribute('role', 'status');
    const back = makeButton('', word('law.whole'), () => leave());
    const bar = make('p', 'law-alone-bar', said, back, makeButton('', word('chooser.print'), () => window.print()));

    const isAlone = () => main.classList.contains('law-is-alone');
    /** @param {HTMLAnchorElement} from the link of a provision in it */
    function show(from) {
      const chosen = wholeOf(from);
      if (!chosen) return;
      for (let at = chosen.parentElement; at && at !== law; at = at.parentElement) at.classList.add('law-holds-chosen');
      chosen.classList.add('law-chosen');
      main.classList.add('law-is-alone');
      law.before(bar);
      const own = linkOf(chosen);
      said.textContent = word('law.only', { name: own ? nameOf(own) : word('law.this_part') });
      back.focus();
      bar.scrollIntoView({ block: 'nearest' });
    }
    function leave() {
      const chosen = law.querySelector('.law-chosen');
      main.classList.remove('law-is-alone');
      for (const element of Array.from(law.querySelectorAll('.law-chosen,.law-holds-chosen'))) element.classList.remove('law-chosen', 'law-holds-chosen');
      bar.remove();
      const own = chosen && linkOf(chosen);
      if (chosen) chosen.scrollIntoView({ block: 'center' });
      if (own) own.focus({ preventScroll: true });
    }
    // A link to another place of the text shows that place.
    window.addEventListener('hashchange', () => {
      const chosen = law.querySelector('.law-chosen');
      const target = address.target();
      if (chosen && target && law.contains(target) && !chosen.contains(target)) {
        leave();
        target.scrollIntoView();
      }
    });
    return { show, leave, isAlone };
  }

  return { makeAlone };
})();
