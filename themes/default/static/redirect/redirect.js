'use strict';
// At an old address: leads to where the page is now, and takes along what the
// link says of the place in it (`#…`) and of what to mark there (`?hl=…`).
(function () {
  var script = document.currentScript;
  var to = script && script.getAttribute('data-to');
  if (to) location.replace(new URL(to + location.search + location.hash, location.href).href);
})();
