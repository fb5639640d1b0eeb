'use strict';
// Makes elements. All text is inserted as text: neither a query nor content can
// become markup here.
zhize.parts.dom = (() => {
  /**
   * @template {keyof HTMLElementTagNameMap} K
   * @param {K} name
   * @param {string} className
   * @param {(Node | string)[]} children
   * @returns {HTMLElementTagNameMap[K]}
   */
  function make(name, className, ...children) {
    const element = document.createElement(name);
    if (className) element.className = className;
    element.append(...children);
    return element;
  }

  /**
   * @param {string} className
   * @param {string} href
   * @param {(Node | string)[]} children
   */
  function makeLink(className, href, ...children) {
    const link = make('a', className, ...children);
    link.href = href;
    return link;
  }

  /**
   * @param {string} className
   * @param {string} text
   * @param {() => void} action
   */
  function makeButton(className, text, action) {
    const button = make('button', className, text);
    button.type = 'button';
    button.onclick = action;
    return button;
  }

  /**
   * @param {Element} element
   * @param {Record<string, string | boolean>} values
   */
  function setAttributes(element, values) {
    for (const name of Object.keys(values)) element.setAttribute(name, String(values[name]));
  }

  /**
   * A text with its ranges marked.
   *
   * @param {string} text
   * @param {[number, number][]} [ranges]
   * @returns {(Node | string)[]}
   */
  function markRanges(text, ranges = []) {
    const parts = [];
    let at = 0;
    for (const [from, to] of ranges) {
      if (from < at || to <= from || to > text.length) continue;
      parts.push(text.slice(at, from), make('mark', '', text.slice(from, to)));
      at = to;
    }
    return parts.concat(text.slice(at)).filter(Boolean);
  }

  /** @param {Element | null} element its text, without the space around it */
  const textOf = element => ((element && element.textContent) || '').trim();

  return { make, makeLink, makeButton, setAttributes, markRanges, textOf };
})();
