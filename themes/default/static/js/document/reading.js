'use strict';
// Around a text: its link, its citation, and on paper its origin.
zhize.parts.reading = (() => {
  const { localDay, dayWords } = zhize.parts.time;
  const { textOf } = zhize.parts.dom;
  const { address, clipboard } = zhize.parts;

  /** The page's own address, without what a search added. */
  const pageAddress = () => address.bare(location.href);

  /** Shows a message beside the tools of the text. @param {string} words */
  function say(words) {
    const said = document.querySelector('[data-reading-tools] [data-reading-said]');
    if (said) said.textContent = words;
  }

  /**
   * Adds the day of access and the address, which GB/T 7714 asks for and which
   * are known only now.
   */
  function completeCitation() {
    for (const place of Array.from(document.querySelectorAll('[data-cite-day]'))) place.textContent = `[${localDay(new Date())}]`;
    for (const place of Array.from(document.querySelectorAll('[data-cite-address]'))) {
      if (!place.textContent) place.textContent = `${pageAddress()}.`;
    }
  }

  /**
   * @param {string | null} id of what is copied; nothing for the page's link
   */
  async function copy(id) {
    const source = id ? document.getElementById(id) : null;
    const text = source ? textOf(source).replace(/\s+/g, ' ') : pageAddress();
    if (await clipboard.copy(text)) {
      say(word('reading.copied', { what: source ? word('law.citation') : word('law.link') }));
    } else {
      if (source) getSelection()?.selectAllChildren(source);
      say(source ? word('reading.copy_selected') : word('reading.copy_shown', { text }));
    }
  }

  /** @param {Element} tools */
  function start(tools) {
    completeCitation();
    tools.addEventListener('click', event => {
      const button = /** @type {Element} */ (event.target).closest('[data-copy],[data-print]');
      if (button && button.hasAttribute('data-print')) window.print();
      else if (button) copy(button.getAttribute('data-copy'));
    });
  }

  // Where a text on paper comes from: only the browser knows its address.
  window.addEventListener('beforeprint', () => {
    for (const place of Array.from(document.querySelectorAll('[data-print-address]'))) {
      if (/^https?:$/.test(location.protocol) && !place.textContent) place.textContent = word('document.address', { address: pageAddress() });
    }
    for (const place of Array.from(document.querySelectorAll('[data-print-day]'))) place.textContent = word('reading.printed', { date: dayWords(localDay(new Date())) });
  });
  const tools = document.querySelector('[data-reading-tools]');
  if (tools) start(tools);
  return { say, start };
})();
