'use strict';
// How readers want pages to look: large text, colours, contrast. Remembered
// only on this device; static/early/early.js applies it on the next page.
zhize.parts.display = (() => {
  const { recall, remember } = zhize.parts.storage;
  const KEY = 'zhize.display';
  const KINDS = ['text', 'theme', 'contrast', 'marks'];
  const root = document.documentElement;

  /** How the page looks now, in the form that is remembered. */
  function looks() {
    /** @type {Record<string, string>} */
    const wanted = {};
    for (const kind of KINDS) {
      const set = root.getAttribute('data-' + kind);
      if (set) wanted[kind] = set;
    }
    return wanted;
  }

  /**
   * Applies what another page has remembered; anything that no reader can have
   * chosen is ignored.
   *
   * @param {any} kept
   */
  function takeUp(kept) {
    for (const kind of KINDS) {
      if (kept && typeof kept[kind] === 'string' && /^[a-z]{1,9}$/.test(kept[kind])) root.setAttribute('data-' + kind, kept[kind]);
      else root.removeAttribute('data-' + kind);
    }
  }

  /**
   * Closes a panel on Escape and on a press outside it.
   *
   * @param {HTMLDetailsElement} panel
   */
  function letClose(panel) {
    panel.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || !panel.open) return;
      panel.open = false;
      /** @type {HTMLElement} */ (panel.firstElementChild).focus();
    });
    document.addEventListener('click', event => {
      if (panel.open && !panel.contains(/** @type {Node} */ (event.target))) panel.open = false;
    });
  }

  /** @param {Element} strip the settings at the head of each page */
  function start(strip) {
    const large = /** @type {HTMLButtonElement} */ (strip.querySelector('[data-display-large]'));
    const choices = /** @type {HTMLInputElement[]} */ (Array.from(strip.querySelectorAll('input[type=radio]')));
    const said = /** @type {Element} */ (strip.querySelector('[role=status]'));

    const show = () => {
      for (const choice of choices) choice.checked = (root.getAttribute('data-' + choice.name) || '') === choice.value;
      large.setAttribute('aria-pressed', String(root.hasAttribute('data-text')));
    };
    /**
     * @param {string} name
     * @param {string} value empty for the system's choice
     */
    const choose = (name, value) => {
      if (value) root.setAttribute('data-' + name, value);
      else root.removeAttribute('data-' + name);
      show();
      said.textContent = remember(KEY, looks()) ? '' : word('display.not_remembered');
    };
    for (const choice of choices) choice.addEventListener('change', () => choose(choice.name, choice.value));
    large.addEventListener('click', () => choose('text', root.hasAttribute('data-text') ? '' : 'large'));
    letClose(/** @type {HTMLDetailsElement} */ (strip.querySelector('details')));
    // Another open page of this site may have changed it.
    window.addEventListener('storage', event => {
      if (event.key !== KEY) return;
      takeUp(recall(KEY));
      show();
    });
    show();
  }

  const strip = document.querySelector('[data-display]');
  if (strip) start(strip);
  return { start };
})();
