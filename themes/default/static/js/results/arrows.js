'use strict';
// Arrow keys: from a box through the links below it, and back.
zhize.parts.arrows = (() => {
  const { forInputMethod, withModifier } = zhize.parts.typing;

  /**
   * @param {HTMLElement} box
   * @param {() => HTMLElement[]} stops what follows the box, in order
   */
  function throughLinks(box, stops) {
    document.addEventListener('keydown', event => {
      const down = event.key === 'ArrowDown';
      if (event.defaultPrevented || !(down || event.key === 'ArrowUp') || forInputMethod(event) || withModifier(event)) return;
      // Folded links can't be reached.
      const all = [box, ...stops().filter(stop => stop.getClientRects().length)];
      const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
      const next = at < 0 ? null : all[at + (down ? 1 : -1)];
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
  }

  return { throughLinks };
})();
