'use strict';
// On a phone, the page's title and the way back to its top, once the title
// itself has scrolled away.
zhize.parts.titleBar = (() => {
  const { make, makeLink, textOf } = zhize.parts.dom;
  const PHONE = '(max-width: 40rem)';

  /** @param {Element} title */
  function start(title) {
    const bar = make('div', 'title-bar', make('span', 'title-bar-title', textOf(title)), makeLink('', '#main', word('frame.top')));
    bar.hidden = true;
    document.body.append(bar);
    new IntersectionObserver(([{ isIntersecting, boundingClientRect }]) => {
      bar.hidden = isIntersecting || boundingClientRect.top > 0;
    }).observe(title);
  }

  const title = document.querySelector('.document-head h1');
  if (title && 'IntersectionObserver' in window && 'matchMedia' in window && matchMedia(PHONE).matches) start(title);
  return { start };
})();
