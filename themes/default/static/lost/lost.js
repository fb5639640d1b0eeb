'use strict';
// For 404.html, which a server shows under any address: where this script was
// found, the site's root is known, so the links can be set.
(function () {
  var script = document.currentScript;
  var list = document.querySelector('[data-lost-links]');
  if (!script || !list || !list.hidden) return;
  var root = new URL('..', script.src);
  list.querySelectorAll('[data-lost-href]').forEach(function (link) {
    link.href = new URL(link.getAttribute('data-lost-href'), root).href;
  });
  list.hidden = false;
  var advice = document.querySelector('[data-lost-advice]');
  if (advice) advice.hidden = true;
})();
