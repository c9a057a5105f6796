// What a run's page makes of sources, of a terminal's output, of sizes: pure functions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';

async function load(path) {
  const { outputFiles } = await build({
    entryPoints: [new URL(`../src/shared/${path}`, import.meta.url).pathname],
    bundle: true,
    format: 'esm',
    jsx: 'automatic',
    write: false
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

const { tokensOf } = await load('run/python.ts');
const { styledText } = await load('run/ansi.ts');
const { formatBytes, fileName } = await load('run/sizes.ts');
const { ticksBetween } = await load('run/LineChart.tsx');

const kindOf = (source, text) => tokensOf(source).find(token => token.text.includes(text))?.kind;

test('a source is the same when its pieces are put together again', () => {
  for (const source of ['', 'x = 1\n', '"""open', "f'{a!r}' # no\n%%time\n!ls", 'é = "ü\\""\n\t@property\ndef f(): ...', '<script>']) {
    assert.equal(tokensOf(source).map(token => token.text).join(''), source);
  }
});

test('words of Python are told apart', () => {
  const source = '%%track forest\n# a note\n@cache\ndef fit(match):\n    return 1.5e-3 + match["a # b"] if None else """two\nlines"""';
  assert.equal(kindOf(source, '%%track forest'), 'magic');
  assert.equal(kindOf(source, '# a note'), 'comment');
  assert.equal(kindOf(source, 'fit'), 'definition');
  assert.equal(kindOf(source, 'return'), 'keyword');
  assert.equal(kindOf(source, '1.5e-3'), 'number');
  assert.equal(kindOf(source, '"a # b"'), 'string');
  assert.equal(kindOf(source, 'lines'), 'string');
  assert.equal(kindOf(source, '(match'), 'plain');
});

test('a source of a megabyte takes no second', () => {
  const start = performance.now();
  for (const source of ['"'.repeat(1_000_000), '\\'.repeat(90_000), '"""' + 'a\\'.repeat(40_000), 'a'.repeat(99_000), "'\\".repeat(30_000)]) {
    tokensOf(source);
  }
  assert.ok(performance.now() - start < 1000);
});

test('colours of a terminal become classes, and all other sequences are left out', () => {
  assert.deepEqual(styledText('\u001b[1;31mred\u001b[0m plain'), [
    { text: 'red', look: 'nbm-ansi-red nbm-ansi-bold' },
    { text: ' plain', look: '' }
  ]);
  assert.deepEqual(styledText('\u001b[2J\u001b]0;title\u0007a\u0008b'), [{ text: 'ab', look: '' }]);
  assert.deepEqual(styledText('\u001b[38;5;1mx\u001b[39my'), [
    { text: 'x', look: 'nbm-ansi-red' },
    { text: 'y', look: '' }
  ]);
  assert.deepEqual(styledText('\u001b[38;2;1;2;3mx'), [{ text: 'x', look: '' }]);
});

test('of a line that was written over the last state is shown', () => {
  assert.deepEqual(styledText('10 %\r50 %\r100 %\nnext\r\n'), [{ text: '100 %\nnext\n', look: '' }]);
});

test('sizes are written as people read them', () => {
  assert.deepEqual([0, 999, 1000, 9_960, 1_500_000, 999_600, 3e12].map(formatBytes), [
    '0 bytes', '999 bytes', '1.0 kB', '10 kB', '1.5 MB', '1.0 MB', '3.0 TB'
  ]);
  assert.equal(formatBytes(null), '–');
  assert.equal(fileName('C:\\work\\a.ipynb'), 'a.ipynb');
});

test('axes have round numbers that hold all values', () => {
  for (const [low, high] of [[0, 39], [0.1562, 0.7143], [250e6, 390e6], [-3, -1], [5, 5], [0, 0]]) {
    const ticks = ticksBetween(low, high);
    assert.ok(ticks.length >= 2 && ticks.length <= 6, `${ticks}`);
    assert.ok(ticks[0] <= low && ticks[ticks.length - 1] >= high, `${ticks}`);
  }
});
