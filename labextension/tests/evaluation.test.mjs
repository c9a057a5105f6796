// Thresholds, costs and axes: the pure functions below the views of evaluation and spread.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';

const parts = ['evaluation/counts', 'evaluation/costs', 'evaluation/sentence', 'evaluation/scale', 'evaluation/figures', 'spread/axis', 'spread/lines', 'spread/colour', 'spread/choice'];
const shared = new URL('../src/shared/', import.meta.url).pathname;
const { outputFiles } = await build({
  stdin: { contents: parts.map(part => `export * from './${part}';`).join('\n'), resolveDir: shared, loader: 'ts' },
  bundle: true,
  format: 'esm',
  write: false
});
const its = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

// Ten rows: which are positive, and the scores that they were given.
const rows = [[0.95, 1], [0.9, 1], [0.8, 0], [0.7, 1], [0.6, 0], [0.55, 1], [0.4, 0], [0.3, 0], [0.2, 1], [0.1, 0]];
const curve = {
  positives: 5,
  negatives: 5,
  thresholds: rows.map(row => row[0]),
  hits: rows.map((_, at) => rows.slice(0, at + 1).filter(row => row[1]).length),
  alarms: rows.map((_, at) => rows.slice(0, at + 1).filter(row => !row[1]).length),
  probable: true
};

function counted(threshold) {
  const called = rows.filter(row => row[0] >= threshold);
  const hits = called.filter(row => row[1]).length;
  return { hits, misses: 5 - hits, alarms: called.length - hits, rest: 5 - (called.length - hits) };
}

test('at every threshold of the slider the counts are those of the rows', () => {
  for (let step = 0; step <= its.GRID; step++) {
    assert.deepEqual(its.countsAt(curve, step / its.GRID), counted(step / its.GRID));
  }
});

test('the cost of 1000 cases is that of the rows, a hundred times', () => {
  const costs = { alarm: 3, miss: 20, gain: 5, unit: '€', positives: null };
  for (const threshold of [0, 0.35, 0.5, 0.75, 1]) {
    const { hits, misses, alarms } = counted(threshold);
    assert.ok(Math.abs(its.costOf(its.countsAt(curve, threshold), costs) - 100 * (3 * alarms + 20 * misses - 5 * hits)) < 1e-9);
  }
});

test('where positives are rare in practice their share of the cost is small', () => {
  const costs = { alarm: 1, miss: 1, gain: 0, unit: '', positives: 10 };
  const { misses, alarms } = counted(0.5);
  assert.ok(Math.abs(its.costOf(its.countsAt(curve, 0.5), costs) - ((10 * misses) / 5 + (990 * alarms) / 5)) < 1e-9);
});

test('the best threshold costs no more than any other', () => {
  for (const [alarm, miss] of [[1, 1], [1, 50], [50, 1], [0, 1], [7, 3]]) {
    const costs = { alarm, miss, gain: 0, unit: '', positives: null };
    const best = its.bestOf(curve, costs);
    for (let step = 0; step <= its.GRID; step++) {
      assert.ok(best.cost <= its.costOf(its.countsAt(curve, step / its.GRID), costs) + 1e-9);
    }
  }
  const useless = { positives: 1, negatives: 1, thresholds: [0.9, 0.5], hits: [0, 1], alarms: [1, 1], probable: true };
  assert.equal(its.bestOf(useless, { alarm: 50, miss: 1, gain: 0, unit: '', positives: null }).threshold, Infinity);
  assert.equal(its.bestOf(curve, { alarm: 0, miss: 1, gain: 0, unit: '', positives: null }).cost, 0);
});

test('a class without rows costs nothing that could be told', () => {
  const empty = { ...curve, positives: 0, hits: curve.hits.map(() => 0) };
  assert.equal(its.costOf(its.countsAt(empty, 0.5), { ...its.PLAIN, positives: 10 }), null);
  assert.notEqual(its.costOf(its.countsAt(empty, 0.5), its.PLAIN), null);
});

test('scores that are no probabilities have a span of their own', () => {
  assert.deepEqual(its.spanOf([curve]), [0, 1]);
  assert.deepEqual(its.spanOf([{ ...curve, probable: false, thresholds: [3, 1, -2] }]), [-2, 3]);
});

const judged = (name, cost, threshold, now, more = {}) => ({ name, cost: now, best: { threshold, everybody: false, cost, ...more } });
const money = { alarm: 2, miss: 30, gain: 0, unit: '€', positives: null };

test('the comparison is said in money', () => {
  const [best, now] = its.sentences([judged('logistic', 1512, 0.42, 1610), judged('forest', 1240, 0.31, 1400)], money, 0.5);
  assert.equal(best, 'forest at 0.31 costs €\u20091240 per 1000 cases, 18\u2009% less than logistic at its best (€\u20091512 at 0.42).');
  assert.equal(now, 'At 0.5: forest €\u20091400, logistic €\u20091610.');
});

test('without costs errors are counted, and gains are no costs', () => {
  const [plain] = its.sentences([judged('a', 84, 0.5, 90), judged('b', 105, 0.5, 90)], its.PLAIN, 0.5);
  assert.equal(plain, 'a at 0.5 makes 84 errors per 1000 cases, 20\u2009% fewer than b at its best (105 at 0.5).');
  const [gain] = its.sentences([judged('a', -500, 0.2, -400), judged('b', 100, 0.5, 90)], { ...money, gain: 9 }, 0.5);
  assert.equal(gain, 'a at 0.2 brings in €\u2009500 per 1000 cases, €\u2009600 better than b at its best (€\u2009100 at 0.5).');
});

test('it is said when nobody is best called, and when two cost the same', () => {
  const [none] = its.sentences([judged('a', 10, Infinity, 90), judged('b', 10, NaN, 90, { called: true })], money, 0.5);
  assert.equal(none, 'a, calling nobody, costs €\u200910 per 1000 cases, as much as b at its best (€\u200910 as called).');
  assert.deepEqual(its.sentences([], money, 0.5), []);
});

test('a unit that is a word stands behind the amount', () => {
  assert.equal(its.moneyText(35, 'minutes'), '35 minutes');
  assert.equal(its.moneyText(null, '€'), '€\u2009–');
});

test('only runs tested on the same rows are ranked', () => {
  const columns = [{ title: 'AUC', way: 'max', of: run => run.auc, note: '' }];
  const runs = [{ digest: 'a', auc: 0.8 }, { digest: 'a', auc: 0.9 }, { digest: 'b', auc: 0.99 }];
  assert.deepEqual(its.bestPlaces(runs, columns), [1]);
  assert.deepEqual(its.bestPlaces([runs[0], runs[2]], columns), [null]);
});

test('ticks lie on round numbers and are told apart', () => {
  assert.deepEqual(its.roundNumbers(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(its.labelled([0.05, 0.1]).map(tick => tick.text), ['0.05', '0.10']);
  assert.deepEqual(its.linear(-20, 30, 5).ticks.map(tick => tick.text), ['\u221220', '\u221210', '0', '10', '20', '30']);
});

const column = (values, kind = 'numeric', id = 'params.x') => ({ id, kind, values });

test('a column of many magnitudes is logarithmic unless the reader says no', () => {
  const axis = its.axisOf(column([0.001, 1, null, 1000]));
  assert.ok(axis.log && axis.canLog);
  assert.equal(axis.missing, 1);
  assert.ok(Number.isNaN(axis.places[2]));
  assert.ok(Math.abs(axis.places[1] - 0.5) < 1e-9);
  assert.equal(its.axisOf(column([0.001, 1000]), false).log, false);
  assert.equal(its.axisOf(column([-1, 1000])).canLog, false);
  const even = its.axisOf(column(Array.from({ length: 1000 }, (_, at) => (at + 1) / 1000)));
  assert.ok(even.canLog && !even.log);
});

test('categories stand in their order, the rare of many as others', () => {
  assert.deepEqual(its.axisOf(column(['b 10', 'b 2', null], 'text')).ticks.map(tick => tick.text), ['b 2', 'b 10']);
  const many = its.axisOf(column(Array.from({ length: 100 }, (_, at) => `v${at % 60}`), 'text'));
  assert.equal(many.ticks.length, 24);
  assert.ok(many.places.every(place => place > 0 && place < 1));
});

test('a constant and an empty column are axes too', () => {
  assert.ok(its.axisOf(column([3, 3])).places.every(place => place > 0 && place < 1));
  assert.equal(its.axisOf(column([null, null])).missing, 2);
});

test('who has no value passes no brush', () => {
  const axes = [its.axisOf(column([0, 5, 10, null])), its.axisOf(column([1, 1, 2, 2], 'numeric', 'params.y'))];
  assert.deepEqual(its.passing(axes, new Map([['params.x', [0.4, 1]]]), 4), [false, true, true, false]);
  assert.deepEqual(its.passing(axes, new Map(), 4), [true, true, true, true]);
});

test('of ten thousand lines an even part is drawn, and all that were chosen', () => {
  const chosen = Array.from({ length: 10_000 }, (_, at) => at === 7777);
  const { front, back } = its.thinnedOf(chosen.map(() => true), chosen);
  assert.equal(front.length, 2001);
  assert.ok(front.includes(7777) && !back.length);
});

test('an axis is moved among the others', () => {
  assert.deepEqual(its.moved(['a', 'b', 'c'], 0, 2), ['b', 'c', 'a']);
  assert.deepEqual(its.moved(['a', 'b', 'c'], 2, -5), ['c', 'a', 'b']);
});

test('a few far values do not take the colours of all others', () => {
  const values = [...Array.from({ length: 98 }, (_, at) => at), 1e9, null];
  const { of, ends } = its.colouringOf(column(values), 100);
  assert.notEqual(of[0], of[90]);
  assert.equal(ends[1], '97');
  assert.equal(of[99], '#8a8f98');
});

test('parameters that differ come first, and the metric that tells most is looked at', () => {
  const info = (group, key, kind, more = {}) => ({ group, key, kind, runs: 5, differs: true, value: null, chosen: true, points: 0, direction: null, best: null, low: 0, high: 1, ...more });
  const infos = [info('metrics', 'auc', 'numeric', { direction: 'max' }), info('params', 'depth', 'numeric'), info('params', 'solver', 'text'), info('params', 'same', 'numeric', { differs: false })];
  const choice = its.usualChoice(infos, 'scatter');
  assert.deepEqual([choice.x, choice.y, choice.colour, choice.metric], ['params.depth', 'metrics.auc', 'params.solver', 'auc']);
  assert.deepEqual(choice.axes, ['params.depth', 'params.solver', 'metrics.auc']);
  assert.equal(its.usualChoice(infos, 'parallel').colour, 'metrics.auc');
  assert.deepEqual([its.usualChoice([], 'scatter').x, its.usualChoice([], 'scatter').y], ['started', 'duration']);
});
