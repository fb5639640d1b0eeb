'use strict';
// At an old address: leads to where the page is now, and takes along what the
// link says of what to mark there (`?hl=…`) and of the place in it (`#…`); a
// link that names no place goes to the one that the old address stands for.
(function () {
  var script = document.currentScript;
  var to = script && script.getAttribute('data-to');
  if (!to) return;
  var url = new URL(to, location.href);
  url.search = location.search;
  if (location.hash) url.hash = location.hash;
  location.replace(url.href);
})();
