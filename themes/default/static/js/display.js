// How a reader wants pages: large text, colours, contrast. Remembered on this
// device alone; static/early/early.js takes it up on the next page.

/** What this device remembers under a name; nothing where it may not. @param {string} name @returns {any} */
function recall(name) {
  try { return JSON.parse(localStorage.getItem(name) || 'null'); } catch { return null; }
}

/** Whether it could be remembered. @param {string} name @param {unknown} value */
function remember(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

const displayStrip = document.querySelector('[data-display]');
if (displayStrip) {
  const root = document.documentElement;
  const large = /** @type {HTMLButtonElement} */ (displayStrip.querySelector('[data-display-large]'));
  const choices = /** @type {HTMLInputElement[]} */ (Array.from(displayStrip.querySelectorAll('input[type=radio]')));
  const said = /** @type {Element} */ (displayStrip.querySelector('[role=status]'));
  const panel = /** @type {HTMLDetailsElement} */ (displayStrip.querySelector('details'));

  const show = () => {
    for (const choice of choices) choice.checked = (root.getAttribute('data-' + choice.name) || '') === choice.value;
    large.setAttribute('aria-pressed', String(root.hasAttribute('data-text')));
  };
  /** @param {string} name @param {string} value empty for what the system wants */
  const choose = (name, value) => {
    if (value) root.setAttribute('data-' + name, value);
    else root.removeAttribute('data-' + name);
    show();
    /** @type {Record<string, string>} */
    const wanted = {};
    for (const kind of ['text', 'theme', 'contrast']) {
      const set = root.getAttribute('data-' + kind);
      if (set) wanted[kind] = set;
    }
    said.textContent = remember('zhize.display', wanted) ? '' : word('display.not_remembered');
  };
  for (const choice of choices) choice.addEventListener('change', () => choose(choice.name, choice.value));
  large.addEventListener('click', () => choose('text', root.hasAttribute('data-text') ? '' : 'large'));
  panel.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || !panel.open) return;
    panel.open = false;
    /** @type {HTMLElement} */ (panel.firstElementChild).focus();
  });
  document.addEventListener('click', event => {
    if (panel.open && !panel.contains(/** @type {Node} */ (event.target))) panel.open = false;
  });
  // Another page of this site, open beside this one, may have changed it.
  window.addEventListener('storage', event => {
    if (event.key !== 'zhize.display') return;
    const kept = recall('zhize.display') || {};
    for (const kind of ['text', 'theme', 'contrast']) {
      if (typeof kept[kind] === 'string' && /^[a-z]{1,9}$/.test(kept[kind])) root.setAttribute('data-' + kind, kept[kind]);
      else root.removeAttribute('data-' + kind);
    }
    show();
  });
  show();
}
