'use strict';
// Ticks are stored in this browser, under the source's name.
(function () {
  var key = 'zhize-review:' + document.title;
  var boxes = Array.prototype.slice.call(document.querySelectorAll('[data-tick]'));
  var ticked = {};
  try { ticked = JSON.parse(localStorage.getItem(key)) || {}; } catch (error) { ticked = {}; }
  function show() {
    var left = boxes.filter(function (box) { return !box.checked; }).length;
    document.getElementById('left').textContent = '未核对：' + left + ' 句，共 ' + boxes.length + ' 句；';
    boxes.forEach(function (box) { box.parentNode.className = box.checked ? 'ticked' : ''; });
  }
  boxes.forEach(function (box) {
    var name = box.getAttribute('data-tick');
    box.checked = ticked[name] === true;
    box.addEventListener('change', function () {
      ticked[name] = box.checked;
      try { localStorage.setItem(key, JSON.stringify(ticked)); } catch (error) { /* Ticks are then lost on reload. */ }
      show();
    });
  });
  show();
})();
