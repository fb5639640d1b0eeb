// Served by `zhize serve` only, never part of a built site: reloads the page
// after each successful build, and shows build errors over it.
(function () {
  'use strict';
  var script = document.currentScript;
  var shown = Number(script.getAttribute('data-generation'));
  var overlay = null;
  var badge = null;
  var list = null;

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

  function clearFindings() {
    if (badge) badge.remove();
    if (list) list.remove();
    badge = list = null;
  }

  // A button in the corner with the number of findings; it opens their list.
  function tellFindings(count, findings) {
    clearFindings();
    if (!count) return;
    badge = element('button', {
      position: 'fixed', left: '16px', bottom: '16px', zIndex: '2147483646', padding: '8px 16px',
      font: '15px/1.4 system-ui, sans-serif', color: '#1c1c1c', background: '#ffd76a',
      border: '1px solid #8a6500', borderRadius: '999px', cursor: 'pointer'
    }, count + ' 处待核对');
    badge.type = 'button';
    badge.id = 'zhize-findings';
    badge.setAttribute('aria-expanded', 'false');
    badge.addEventListener('click', function () {
      if (list) {
        list.remove();
        list = null;
      } else {
        list = listOf(count, findings);
        document.body.appendChild(list);
      }
      badge.setAttribute('aria-expanded', String(Boolean(list)));
    });
    document.body.appendChild(badge);
  }

  function listOf(count, findings) {
    var box = element('div', {
      position: 'fixed', left: '16px', bottom: '64px', zIndex: '2147483646', overflow: 'auto',
      maxHeight: '60vh', maxWidth: 'min(640px, calc(100vw - 32px))', padding: '12px 16px',
      color: '#1c1c1c', background: '#fffdf5', border: '1px solid #8a6500', borderRadius: '8px',
      font: '15px/1.6 system-ui, sans-serif', textAlign: 'left'
    });
    box.setAttribute('role', 'region');
    box.setAttribute('aria-label', '检查结果');
    box.tabIndex = 0;
    findings.forEach(function (found) {
      var entry = element('div', { margin: '0 0 12px' });
      entry.appendChild(element('div', { fontSize: '13px', color: '#5a5a5a', overflowWrap: 'anywhere' },
        found.severity + '　' + found.file + '　第 ' + found.line + ' 行'));
      entry.appendChild(element('div', { fontWeight: 'bold' }, found.message));
      found.remedies.forEach(function (remedy) {
        entry.appendChild(element('div', {}, '改法：' + remedy));
      });
      box.appendChild(entry);
    });
    if (findings.length < count) {
      box.appendChild(element('div', {}, '另有 ' + (count - findings.length) + ' 处，运行 zhize check 查看'));
    }
    return box;
  }

  var stream = new EventSource('/__zhize/events');
  stream.onmessage = function (event) {
    var state = JSON.parse(event.data);
    if (state.problem) show(state.problem);
    else if (state.generation !== shown) location.reload();
    else {
      clear();
      tellFindings(state.count, state.findings);
    }
  };
  // Free the connection on leaving; browsers allow only a few.
  addEventListener('pagehide', function () { stream.close(); });
})();
