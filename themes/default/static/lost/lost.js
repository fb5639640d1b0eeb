'use strict';
// For 404.html, which a server shows under any address: this script was found
// at one of several places, so it knows the site's root and sets the links.
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
