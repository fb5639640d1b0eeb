// Scripts must not use syntax that the oldest supported browsers can't parse.
import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { parse, tokenizer } from 'acorn';
import { WORDS, nodesOf, scriptPath } from './scripts.mjs';
import { filesOf } from '../lib/site.mjs';

const folder = scriptPath('.');
const scripts = filesOf(folder).filter(name => name.endsWith('.js'));

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

/** The mistake in a call of `word`, if there is one. */
function faultOf([key, values]) {
  const text = key.type === 'BinaryExpression' ? key.left.value : key.value;
  if (key.type === 'BinaryExpression') return Object.keys(WORDS).some(known => known.startsWith(text)) && text.endsWith('.') ? '' : `no section ${text}`;
  if (!(text in WORDS)) return `no word ${text}`;
  if (values && values.type !== 'ObjectExpression') return '';
  const given = values ? values.properties.map(({ key }) => key.name) : [];
  const missing = Array.from(WORDS[text].matchAll(/\{(\w+)\}/g), match => match[1]).find(name => !given.includes(name));
  return missing ? `${text} lacks ${missing}` : '';
}

for (const name of scripts.concat('../offline/offline.js')) {
  test(`${name} asks for words that there are, with their values`, () => {
    const tree = parse(fs.readFileSync(path.join(folder, name), 'utf8'), { ecmaVersion: 2020 });
    const calls = Array.from(nodesOf(tree)).filter(({ type, callee }) => type === 'CallExpression' && callee.name === 'word');
    assert.deepEqual(calls.map(call => faultOf(call.arguments)).filter(Boolean), []);
  });
}

for (const name of scripts.concat('../early/early.js', '../lost/lost.js', '../offline/offline.js')) {
  test(`${name} has its words from the tables`, () => {
    const text = fs.readFileSync(path.join(folder, name), 'utf8');
    const said = [];
    for (const { type, value } of tokenizer(text, { ecmaVersion: 2020 })) {
      const isText = type.label === 'string' || type.label === 'template';
      // Numerals and names of provisions, which readers type in Chinese everywhere.
      const isRead = name === 'law/anchors.js';
      if (isText && !isRead && /\p{Script=Han}|[，。：；、（）“”]/u.test(value)) said.push(value);
    }
    assert.deepEqual(said, []);
  });
}
