'use strict';
// How a reader wants pages: large text, colours, contrast. Remembered on this
// device alone; static/early/early.js takes it up on the next page.
zhize.parts.display = (() => {
  const { recall, remember } = zhize.parts.storage;
  const KEY = 'zhize.display';
  const KINDS = ['text', 'theme', 'contrast', 'marks'];
  const root = document.documentElement;

  /** What the page looks like now, as it is remembered. */
  function looks() {
    /** @type {Record<string, string>} */
    const wanted = {};
    for (const kind of KINDS) {
      const set = root.getAttribute('data-' + kind);
      if (set) wanted[kind] = set;
    }
    return wanted;
  }

  /** Takes up what another page has remembered; whatever it is no reader has chosen counts as nothing. @param {any} kept */
  function takeUp(kept) {
    for (const kind of KINDS) {
      if (kept && typeof kept[kind] === 'string' && /^[a-z]{1,9}$/.test(kept[kind])) root.setAttribute('data-' + kind, kept[kind]);
      else root.removeAttribute('data-' + kind);
    }
  }

  /** Closes a panel by Escape and by a press beside it. @param {HTMLDetailsElement} panel */
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
    /** @param {string} name @param {string} value empty for what the system wants */
    const choose = (name, value) => {
      if (value) root.setAttribute('data-' + name, value);
      else root.removeAttribute('data-' + name);
      show();
      said.textContent = remember(KEY, looks()) ? '' : word('display.not_remembered');
    };
    for (const choice of choices) choice.addEventListener('change', () => choose(choice.name, choice.value));
    large.addEventListener('click', () => choose('text', root.hasAttribute('data-text') ? '' : 'large'));
    letClose(/** @type {HTMLDetailsElement} */ (strip.querySelector('details')));
    // Another page of this site, open beside this one, may have changed it.
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
