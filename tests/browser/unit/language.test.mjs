// What the oldest promised browsers cannot read must not reach them.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { parse, tokenizer } from 'acorn';
import { scriptPath } from './scripts.mjs';

const folder = scriptPath('.');
const scripts = fs.readdirSync(folder).filter(name => name.endsWith('.js'));

for (const name of scripts) {
  const text = fs.readFileSync(path.join(folder, name), 'utf8');
  test(`${name} is a classic script of ES2020`, () => {
    assert.doesNotThrow(() => parse(text, { ecmaVersion: 2020, sourceType: 'script' }));
  });
  test(`${name} writes no markup and runs no text`, () => {
    const sink = /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function\(|createContextualFragment|DOMParser|setAttribute\('(?:style|on)|\.style\b)/;
    assert.doesNotMatch(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''), sink);
  });
}

for (const name of scripts.concat('../early/early.js', '../lost/lost.js', '../offline/offline.js')) {
  test(`${name} has its words from the tables`, () => {
    const text = fs.readFileSync(path.join(folder, name), 'utf8');
    const said = [];
    for (const { type, value, start } of tokenizer(text, { ecmaVersion: 2020 })) {
      const isText = type.label === 'string' || type.label === 'template';
      // Numerals and names of provisions, which readers type in Chinese everywhere.
      const isRead = name === 'provisions.js' && text.slice(0, start).split('\n').length < 65;
      if (isText && !isRead && /\p{Script=Han}|[，。：；、（）“”]/u.test(value)) said.push(value);
    }
    assert.deepEqual(said, []);
  });
}
