'use strict';
// Runs before anything is painted, so that a page never changes its looks
// under the reader's eyes: takes up how this device's reader wants pages, and
// says to the style sheet that controls will work.
(function () {
  var root = document.documentElement;
  root.setAttribute('data-script', '');
  // Results will come: the search page keeps their room.
  if (/[?&]q=[^&]/.test(location.search + location.hash)) root.setAttribute('data-asked', '');
  try {
    var kept = JSON.parse(localStorage.getItem('zhize.display') || '{}');
    ['text', 'theme', 'contrast', 'marks'].forEach(function (name) {
      if (typeof kept[name] === 'string' && /^[a-z]{1,9}$/.test(kept[name])) root.setAttribute('data-' + name, kept[name]);
    });
  } catch (error) {
    // Without storage a page looks as the system wants it.
  }
})();
