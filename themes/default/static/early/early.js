'use strict';
// Runs before anything is painted, so that a page never changes its looks
// under the reader's eyes: takes up how this device's reader wants pages, and
// says to the style sheet that controls will work.
(function () {
  var root = document.documentElement;
  root.setAttribute('data-script', '');
  // Results will come: the search page keeps their room.
  if (/[?&]q=[^&]/.test(location.search + location.hash)) {
    root.setAttribute('data-asked', '');
    askForBoot(/** @type {HTMLScriptElement} */ (document.currentScript).dataset.boot);
  }
  try {
    var kept = JSON.parse(localStorage.getItem('zhize.display') || '{}');
    ['text', 'theme', 'contrast', 'marks'].forEach(function (name) {
      if (typeof kept[name] === 'string' && /^[a-z]{1,9}$/.test(kept[name])) root.setAttribute('data-' + name, kept[name]);
    });
  } catch (error) {
    // Without storage a page looks as the system wants it.
  }

  /**
   * The index's first file is on its way before the page's other scripts have
   * come. From a disk, and in a frame without an origin, nothing can be
   * fetched.
   *
   * @param {string} [path]
   */
  function askForBoot(path) {
    if (!path || !/^https?:$/.test(location.protocol) || window.origin === 'null') return;
    var limit = new AbortController();
    var answer = fetch(path, { cache: 'no-cache', signal: limit.signal });
    // Whoever takes the answer hears of a failure.
    answer.catch(function () {});
    window.zhizeBoot = { limit: limit, answer: answer };
  }
})();
