'use strict';
// Tools of a provision: copy its link or its citation, read it alone. There is
// one set, which moves to the provision that the reader points to.
zhize.parts.lawTools = (() => {
  const { make, makeButton } = zhize.parts.dom;
  const { citationOf, nameOf, pointedLink, wholeOf, wordsOf } = zhize.parts.provisions;
  const { address, clipboard } = zhize.parts;

  /** @typedef {(words: string, ...more: Node[]) => void} Say */

  /**
   * Offers a field to copy from, where pages can't copy.
   *
   * @param {string} text
   * @param {string} what
   * @param {Say} say
   * @param {() => void} focusBack
   */
  function offerByHand(text, what, say, focusBack) {
    const field = document.createElement('input');
    field.readOnly = true;
    field.value = text;
    field.setAttribute('aria-label', what);
    const close = makeButton('', word('law.close'), () => {
      say('');
      focusBack();
    });
    say(word('law.copy_by_hand', { what }), field, close);
    field.focus();
    field.select();
  }

  /**
   * @param {HTMLElement} law
   * @param {ProvisionAlone} alone
   * @param {Say} say
   */
  function makeTools(law, alone, say) {
    const box = make('span', 'law-tools');
    box.setAttribute('role', 'group');
    /** @type {HTMLAnchorElement | null} */
    let link = null;
    /** @param {string} text @param {string} what */
    const copy = async (text, what) => {
      if (await clipboard.copy(text)) say(word('law.copied', { what, text }));
      else offerByHand(text, what, say, () => { if (link) link.focus(); });
    };
    /**
     * @param {string} text
     * @param {(link: HTMLAnchorElement) => void} action
     */
    const tool = (text, action) => {
      const button = makeButton('', text, () => { if (link) action(link); });
      box.append(button);
      return button;
    };
    const copyLink = tool(word('law.link'), link => copy(address.bare(location.href) + link.getAttribute('href'), word('law.link')));
    const copyCitation = tool(word('law.citation'), link => copy(citationOf(law, link), word('law.citation')));
    const readAlone = tool(word('law.alone_article'), link => {
      hide();
      alone.show(link);
    });
    // What a report quotes: the text and where it is from.
    const copyText = tool(word('law.quotation'), link => copy(word('law.quoted', { place: citationOf(law, link), text: wordsOf(link) }), word('law.quotation')));

    /** @param {HTMLAnchorElement} to */
    function show(to) {
      if (link === to && box.isConnected) return;
      link = to;
      const name = nameOf(to);
      box.setAttribute('aria-label', name);
      copyLink.setAttribute('aria-label', word('law.copy_link', { name }));
      copyCitation.setAttribute('aria-label', word('law.copy_citation', { name }));
      copyText.setAttribute('aria-label', word('law.copy_text', { name }));
      copyText.hidden = !wordsOf(to);
      const whole = wholeOf(to);
      readAlone.hidden = !whole || alone.isAlone();
      readAlone.textContent = whole && whole.matches('.law-article') ? word('law.alone_article') : word('law.alone');
      to.after(box);
    }
    function hide() {
      box.remove();
      link = null;
    }
    /** @param {EventTarget | null} target */
    const holds = target => box.contains(/** @type {Node | null} */ (target));
    /**
     * Whether moving to a target means leaving the tools.
     *
     * @param {EventTarget | null} target
     */
    const isLeftFor = target => box.isConnected && target !== null && target !== link && !holds(target);
    return { show, hide, holds, isLeftFor };
  }

  /**
   * Moves the tools to what the reader points to.
   *
   * @param {HTMLElement} law @param {ReturnType<typeof makeTools>} tools
   */
  function follow(law, tools) {
    // While somebody uses the tools by keyboard, a mouse lying about doesn't
    // take them away.
    let byKeyboard = false;
    document.addEventListener('keydown', () => { byKeyboard = true; }, true);
    document.addEventListener('mousedown', () => { byKeyboard = false; }, true);
    /** @param {Event} event */
    const showPointed = event => {
      const found = pointedLink(law, event.target);
      if (found) tools.show(found);
    };
    law.addEventListener('mouseover', event => {
      if (tools.holds(event.target) || (byKeyboard && tools.holds(document.activeElement))) return;
      showPointed(event);
    });
    law.addEventListener('mouseleave', () => {
      if (!tools.holds(document.activeElement)) tools.hide();
    });
    law.addEventListener('focusin', event => {
      const target = /** @type {Element} */ (event.target);
      if (target.matches('.law-label,.law-link')) tools.show(/** @type {HTMLAnchorElement} */ (target));
    });
    law.addEventListener('focusout', event => {
      if (byKeyboard && tools.isLeftFor(event.relatedTarget)) tools.hide();
    });
    // A finger can't hover: it taps the text.
    law.addEventListener('click', event => {
      if (!(/** @type {Element} */ (event.target)).closest('.law-tools')) showPointed(event);
    });
  }

  return { makeTools, follow };
})();
