'use strict';
// For 404.html, which a server shows under any address: where this script was
// found, the site's root is known, so style and links can be set, and the pages
// listed whose addresses are nearest to the one that was asked for.
(function () {
  var script = document.currentScript;
  // The page asks for it at several levels; the first that is found does all.
  if (!script || document.documentElement.hasAttribute('data-lost')) return;
  document.documentElement.setAttribute('data-lost', '');
  var root = new URL('..', script.src);
  var asked = askedFor(root);
  setLinks(root, script.getAttribute('data-style'));
  var box = document.getElementById('lost-q');
  if (box) box.value = asked.split('/').pop().replace(/[-_.]+/g, ' ').slice(0, 40).trim();
  var near = document.querySelector('[data-lost-near]');
  if (!near || !asked || typeof fetch !== 'function') return;
  fetch(new URL('search/pages.json', root).href).then(function (answer) {
    return answer.ok ? answer.json() : [];
  }).then(function (pages) {
    var list = near.querySelector('ul');
    nearest(asked, pages).forEach(function (page) {
      var item = document.createElement('li');
      var link = document.createElement('a');
      link.href = new URL(page[0], root).href;
      link.textContent = page[1];
      item.appendChild(link);
      list.appendChild(item);
    });
    near.hidden = !list.firstChild;
  }).catch(function () {
    // Without the list, the search box and the sections remain.
  });

  /** The address below the root, without the name of a file that every folder has. */
  function askedFor(root) {
    var path = location.pathname;
    if (path.indexOf(root.pathname) === 0) path = path.slice(root.pathname.length);
    try { path = decodeURIComponent(path); } catch (error) {}
    return path.replace(/(^|\/)(index|404)?(\.html?)?\/*$/, '').replace(/\.html?$/, '');
  }

  /** Sets what depends on the root, where the page couldn't know it. */
  function setLinks(root, style) {
    if (style && location.href.replace(/[^/]*$/, '') !== root.href) {
      var sheet = document.createElement('link');
      sheet.rel = 'stylesheet';
      sheet.href = new URL(style, root).href;
      document.head.appendChild(sheet);
    }
    var form = document.querySelector('[data-lost-search]');
    if (form) {
      form.action = new URL('search/index.html', root).href;
      form.hidden = false;
    }
    document.querySelectorAll('[data-lost-href]').forEach(function (link) {
      link.href = new URL(link.getAttribute('data-lost-href'), root).href;
    });
    var list = document.querySelector('[data-lost-links]');
    if (list) list.hidden = false;
    var advice = document.querySelector('[data-lost-advice]');
    if (advice && list) advice.hidden = true;
  }

  /** The words of an address or title: runs of letters and digits, and pairs of Chinese characters. */
  function words(text) {
    var found = text.toLowerCase().match(/[a-z0-9]+/g) || [];
    (text.match(/[\u3400-\u9fff]+/g) || []).forEach(function (run) {
      for (var at = 0; at + 1 < run.length; at++) found.push(run.slice(at, at + 2));
    });
    return found;
  }

  /** How alike two words are, from 0 to 1: the share of their letters that stand at the same distance from either end. */
  function likeness(a, b) {
    if (a === b) return 1;
    var most = Math.max(a.length, b.length), least = Math.min(a.length, b.length);
    if (least < 4) return 0;
    var front = 0, back = 0;
    while (front < least && a[front] === b[front]) front++;
    while (back < least - front && a[a.length - 1 - back] === b[b.length - 1 - back]) back++;
    return front + back >= most - 2 ? (front + back) / most : 0;
  }

  /** Up to five pages, the nearest first. A word counts more the fewer pages have it. */
  function nearest(asked, pages) {
    var wanted = words(asked), lists = pages.map(function (page) { return words(page[0].replace(/index\.html$/, '') + ' ' + page[1]); });
    var scores = pages.map(function () { return 0; });
    wanted.forEach(function (word) {
      var like = lists.map(function (list) {
        return list.reduce(function (best, other) { return Math.max(best, likeness(word, other)); }, 0);
      });
      var having = like.filter(Boolean).length;
      if (!having) return;
      like.forEach(function (share, at) { scores[at] += share * Math.log(1 + pages.length / having); });
    });
    var seen = {}, best = Math.max.apply(null, scores.concat(0));
    return pages.map(function (page, at) { return [page[0], page[1], scores[at]]; })
      .filter(function (page) { return page[2] > 0 && page[2] >= best / 2; })
      .sort(function (a, b) { return b[2] - a[2] || a[0].length - b[0].length; })
      .filter(function (page) { return !Object.prototype.hasOwnProperty.call(seen, page[1]) && (seen[page[1]] = true); })
      .slice(0, 5);
  }
})();
