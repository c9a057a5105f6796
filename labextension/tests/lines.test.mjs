// What is drawn of series, and what is read under the pointer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';

async function load(path) {
  const { outputFiles } = await build({
    entryPoints: [new URL(`../src/shared/${path}`, import.meta.url).pathname],
    bundle: true,
    format: 'esm',
    write: false
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}
const { smoothed, merged, lineOf, readingsAt, heightOf, extentOf, around, spread } = await load('charts/lines.ts');
const { csvOf } = await load('charts/save.ts');
const { orderOf, deltasOf, dataCell } = await load('compare/order.ts');
const { folded, unified, isGap } = await load('compare/diffLines.ts');

const series = (values, part = {}) => ({
  id: 'a', key: 'loss', began: 100, steps: values.map((_, at) => at), times: [], values, means: [],
  count: values.length, thinned: false, nonfinite: 0, ...part
});

test('smoothing is the usual average, without a pull towards the first value', () => {
  assert.deepEqual(smoothed([0, 1, 2], [4, 4, 4], 0.9, 1), [4, 4, 4]);
  const [, second] = smoothed([0, 1], [0, 1], 0.5, 1);
  assert.ok(Math.abs(second - 0.5 / 0.75) < 1e-12);
  assert.deepEqual(smoothed([0, 1, 2], [1, null, 1], 0.5, 1), [1, null, 1]);
});

test('a curve is as smooth however many of its points are given', () => {
  const x = Array.from({ length: 2001 }, (_, at) => at);
  const wave = x.map(at => Math.sin(at / 200));
  const all = smoothed(x, wave, 0.98, 1);
  const few = smoothed(x.filter(at => at % 2 === 0), wave.filter((_, at) => at % 2 === 0), 0.98, 1);
  for (const at of [200, 1000, 1800]) {
    assert.ok(Math.abs(all[at] - few[at / 2]) < 0.01, `${all[at]} ${few[at / 2]}`);
  }
});

test('of a thinned series the means are smoothed, not the extremes', () => {
  const thinned = series([0, 100, 0, 100], { means: [50, 50, 50, 50], count: 4000, thinned: true });
  assert.deepEqual(lineOf(thinned, 'step', 0.5).y, [50, 50, 50, 50]);
  assert.deepEqual(lineOf(thinned, 'step', 0).y, [0, 100, 0, 100]);
});

test('a closer look takes the place of what it shows', () => {
  const whole = series([0, 1, 2, 3], { steps: [0, 10, 20, 30] });
  const part = series([7, 8, 9], { steps: [10, 15, 20] });
  const both = merged(whole, part, 'step');
  assert.deepEqual(both.steps, [0, 10, 15, 20, 30]);
  assert.deepEqual(both.values, [0, 7, 8, 9, 3]);
  assert.equal(merged(whole, undefined, 'step'), whole);
  const early = merged(whole, series([5], { steps: [0] }), 'step');
  assert.deepEqual(early.steps, [0, 10, 20, 30]);
});

test('what is under the pointer comes sorted, and a line that has ended is not there', () => {
  const lines = [
    lineOf(series([1, 1, 1], { id: 'low' }), 'step', 0),
    lineOf(series([5, 5, 5], { id: 'high' }), 'step', 0),
    lineOf(series([9], { id: 'ended' }), 'step', 0)
  ];
  assert.deepEqual(readingsAt(lines, 1.8).map(one => [one.id, one.x]), [['high', 2], ['low', 2]]);
  assert.deepEqual(readingsAt(lines, 0)[0].id, 'ended');
});

test('the height is of what is seen, and a logarithm has no zero', () => {
  const lines = [lineOf(series([1000, 2, 1]), 'step', 0)];
  const [low, high] = heightOf(lines, [1, 2], false);
  assert.ok(low > 0.9 && low < 1 && high < 2.1);
  assert.ok(heightOf([lineOf(series([0, 1, 10]), 'step', 0)], [0, 2], true)[0] > 0.5);
  assert.deepEqual(extentOf(lines, true), [1, 2]);
  assert.equal(extentOf([], false), null);
});

test('of many readings those around the nearest are listed', () => {
  assert.deepEqual(around([1, 2, 3, 4, 5], 3, 3), { items: [3, 4, 5], above: 2, below: 0 });
  assert.deepEqual(around([1, 2], 0, 3), { items: [1, 2], above: 0, below: 0 });
});

test('labels that would overlap are pushed apart', () => {
  assert.deepEqual(spread([10, 11, 50], 15, 100), [10, 25, 50]);
});

test('a run whose name begins as a formula is no formula in the file', () => {
  const text = csvOf([series([1, null])], new Map([['a', '=cmd("x"),']]), 'loss');
  assert.equal(text, 'run,id,step,seconds,loss\n" =cmd(""x""),",a,0,,1\n" =cmd(""x""),",a,1,,\n');
});

test('the baseline stands first', () => {
  assert.deepEqual(orderOf({ runs: [1, 2, 3], baseline: 1 }), [1, 0, 2]);
});

test('better and worse follow the direction, not the sign', () => {
  const metric = {
    key: 'loss', direction: 'min', values: [0.5, 0.4, 0.5, null], best: [1], unranked_better: [], points: 1, goal: '',
    deltas: [null, { absolute: -0.09999999999999998, relative: -0.2, better: true }, { absolute: 0, relative: 0, better: null }, null]
  };
  const [, lower, same] = deltasOf(metric);
  assert.deepEqual([lower.sign, lower.text, lower.relative, lower.spoken], ['▲', '−0.100', '−20\u2009%', 'better by 0.100']);
  assert.deepEqual([same.sign, same.text, same.spoken], ['', '=', 'the same']);
});

test('data that a run did not read is other than what the baseline read', () => {
  const line = { versions: [{ text: 'a', runs: [0] }, { text: 'b', runs: [1] }], unknown: [3], missing: [2] };
  assert.deepEqual([0, 1, 2, 3].map(at => dataCell(line, at, 0).other), [false, true, true, false]);
});

const same = at => ({ kind: 'same', old_number: at, new_number: at, old: [{ text: `${at}`, changed: false }], new: [] });

test('long stretches of the same fold, and open again', () => {
  const rows = [...[1, 2, 3, 4, 5, 6, 7, 8].map(same), { ...same(9), kind: 'changed' }];
  const pieces = folded(rows, new Set());
  assert.deepEqual(pieces[0], { from: 0, to: 5 });
  assert.equal(pieces.length, 5);
  assert.equal(folded(rows, new Set([0])).length, 9);
  assert.ok(!folded([same(1), { ...same(2), kind: 'changed' }], new Set()).some(isGap));
});

test('of lines that changed together the old ones stand before the new', () => {
  const rows = [1, 2].map(at => ({ ...same(at), kind: 'changed' }));
  assert.deepEqual(unified(rows).map(line => line.sign + line.row.old_number), ['−1', '−2', '+1', '+2']);
});
