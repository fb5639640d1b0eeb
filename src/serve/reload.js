// Served by `zhize serve` only, never part of a built site: reloads the page
// after each successful build, and shows build errors over it.
(function () {
  'use strict';
  var script = document.currentScript;
  var shown = Number(script.getAttribute('data-generation'));
  var overlay = null;

  function clear() {
    if (overlay) overlay.remove();
    overlay = null;
  }

  // Styles are set one by one, which is allowed even by a policy that forbids
  // style attributes. Text goes into text nodes, since diagnostics quote
  // content.
  function element(name, style, text) {
    var made = document.createElement(name);
    for (var key in style) made.style[key] = style[key];
    if (text) made.textContent = text;
    return made;
  }

  function show(problem) {
    clear();
    overlay = element('div', {
      position: 'fixed', top: '0', right: '0', bottom: '0', left: '0', zIndex: '2147483647',
      overflow: 'auto', padding: '24px', background: 'rgba(16, 18, 24, 0.96)', color: '#f4f4f4',
      font: '15px/1.6 system-ui, sans-serif', textAlign: 'left'
    });
    overlay.setAttribute('role', 'alertdialog');
    overlay.setAttribute('aria-label', '生成失败');
    overlay.id = 'zhize-problem';
    var close = element('button', {
      float: 'right', font: 'inherit', padding: '4px 16px', color: 'inherit',
      background: 'transparent', border: '1px solid currentColor', cursor: 'pointer'
    }, '关闭');
    close.type = 'button';
    close.addEventListener('click', clear);
    overlay.appendChild(close);
    overlay.appendChild(element('h2', { margin: '0 0 4px', font: 'bold 20px/1.4 system-ui, sans-serif', color: '#ff9b8f' }, '生成失败'));
    overlay.appendChild(element('p', { margin: '0 0 16px' }, (shown ? '页面仍是上一次成功生成的内容。' : '还没有成功生成过。') + '改好源文件并保存，这里会自动消失。'));
    overlay.appendChild(element('pre', {
      margin: '0', whiteSpace: 'pre', overflow: 'auto', color: 'inherit', background: 'transparent',
      // Keeps carets aligned: Chinese characters are two Latin ones wide.
      font: '14px/1.5 "Noto Sans Mono CJK SC", "Sarasa Mono SC", "Source Han Mono SC", "NSimSun", "SimSun", monospace'
    }, problem));
    document.body.appendChild(overlay);
    close.focus();
  }

  var stream = new EventSource('/__zhize/events');
  stream.onmessage = function (event) {
    var state = JSON.parse(event.data);
    if (state.problem) show(state.problem);
    else if (state.generation !== shown) location.reload();
    else clear();
  };
  // Free the connection on leaving; browsers allow only a few.
  addEventListener('pagehide', function () { stream.close(); });
})();
