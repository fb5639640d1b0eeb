'use strict';
// For 404.html, which a server shows under any address: where this script was
// found, the site's root is known, so the links can be set; and the last part
// of the address, in pinyin, is something to search for.
(function () {
  var script = document.currentScript;
  if (!script) return;
  var root = new URL('..', script.src);
  var box = document.getElementById('lost-q');
  var parts = location.pathname.replace(/(^|\/)(index|404)?(\.html?)?\/?$/, '').split('/');
  var last = '';
  try { last = decodeURIComponent(parts[parts.length - 1]); } catch (error) {}
  if (box && (parts.join('/') + '/').length > root.pathname.length) box.value = last.replace(/\.html?$/, '').replace(/[-_]+/g, ' ').slice(0, 40).trim();
  var form = document.querySelector('[data-lost-search]');
  if (form) {
    form.action = new URL('search/index.html', root).href;
    form.hidden = false;
  }
  var list = document.querySelector('[data-lost-links]');
  if (!list) return;
  list.querySelectorAll('[data-lost-href]').forEach(function (link) {
    link.href = new URL(link.getAttribute('data-lost-href'), root).href;
  });
  list.hidden = false;
  var advice = document.querySelector('[data-lost-advice]');
  if (advice) advice.hidden = true;
})();
