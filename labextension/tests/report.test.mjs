// A report answers from what was taken down, and finds and orders its runs as the store does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';

const { outputFiles } = await build({
  stdin: {
    contents: `
      export { StaticSource, keyOf } from './src/app/StaticSource';
      export { foundRows, orderedRows } from './src/app/rows';
      export { addressOf, readAddress } from './src/app/address';
      export { narrowed, ordered, tallies } from './src/shared/home/fleet';`,
    resolveDir: new URL('..', import.meta.url).pathname
  },
  bundle: true,
  format: 'esm',
  write: false
});
const our = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

const row = (id, parts = {}) => ({
  id, name: id, experiment: 'churn', status: 'FINISHED', started: 1, duration: 1, note: '', verdict: null,
  findings: [], params: {}, metrics: {}, tags: {}, ...parts
});
const ROWS = [
  row('a1', { started: 3, metrics: { auc: 0.9 }, params: { depth: 2, kind: 'Forest' } }),
  row('b2', { started: 2, metrics: { auc: 'NaN' }, params: { depth: 'none' }, tags: { team: 'Growth' } }),
  row('c3', { started: 1, metrics: { auc: 0.95 }, findings: [{ code: 'NB203', message: '', name: '' }] }),
  row('d4', { started: 4 })
];
const names = rows => rows.map(one => one.id).join(' ');
const sourceOf = answers => new our.StaticSource({ format: 1, page: { rows: ROWS, columns: [], total: 4 }, answers });

test('runs are found by words in what names or describes them', () => {
  const found = text => names(our.foundRows(ROWS, { text }));
  assert.equal(found('forest'), 'a1');
  assert.equal(found('GROWTH'), 'b2');
  assert.equal(found('nb203'), 'c3');
  assert.equal(found('c'), 'd4 a1 b2 c3'); // all are of churn
  assert.equal(found('forest growth'), '');
});

test('runs without a value come last either way', () => {
  const order = (by, down) => names(our.orderedRows(ROWS, by, down));
  assert.equal(order('started'), 'd4 a1 b2 c3');
  assert.equal(order('metrics.auc', true), 'c3 a1 d4 b2');
  assert.equal(order('metrics.auc', false), 'a1 c3 d4 b2');
  assert.equal(order('params.depth', false), 'a1 b2 d4 c3');
});

test('a page is cut out of what was found', async () => {
  const page = await sourceOf([]).ask('page', { query: { offset: 1, limit: 2 } });
  assert.deepEqual([names(page.rows), page.offset, page.total], ['a1 b2', 1, 4]);
  await assert.rejects(sourceOf([]).ask('page', { query: { where: 'metrics.auc > 0' } }), /conditions need the store/);
});

test('what was asked is answered, in whatever order it is said', async () => {
  const source = sourceOf([
    { question: 'evaluation', args: { ids: ['b2', 'a1'] }, answer: 'both' },
    { question: 'details', args: { run_id: 'a1' }, answer: 'one' }
  ]);
  assert.equal(await source.ask('evaluation', { ids: ['a1', 'b2'] }), 'both');
  assert.equal(await source.ask('evaluation', { ids: ['a1', 'b2'], of: 'yes' }), 'both');
  assert.equal(await source.ask('details', { run_id: 'a1' }), 'one');
  await assert.rejects(source.ask('evaluation', { ids: ['a1', 'c3'] }), /just these runs/);
  await assert.rejects(source.ask('details', { run_id: 'c3' }), /does not hold that/);
  await assert.rejects(source.ask('change_run', { run_id: 'a1', note: 'x' }), /can’t be changed/);
});

const compared = (id, standing = 'ranked', source = 'same') => ({ row: row(id), label: id, standing, source });
const WHOLE = {
  runs: [compared('a1'), compared('b2', 'ranked', 'other'), compared('c3', 'doubtful'), compared('d4')],
  baseline: 0, headline: 'Best: a1', grounds: ['of all'], cautions: [{ title: 'c3 is not counted', text: '' }],
  metrics: [{ key: 'auc', direction: 'max', values: [0.9, 0.8, 1, 0.7], deltas: [null, {}, {}, {}], best: [0], unranked_better: [2], points: 1, goal: '' }],
  params: [
    { key: 'depth', values: [2, 3, 3, 3], lacking: [] },
    { key: 'C', values: [1, null, null, 2], lacking: [1, 2] }
  ],
  same_params: { seed: 0 }, default_params: 0,
  data: [{ name: 'X', versions: [{ text: 'one', runs: [0, 1] }, { text: 'two', runs: [3] }], same: false, is_test: true, unknown: [], missing: [2] }],
  environment: [{ name: 'numpy', versions: [{ text: '1', runs: [0] }, { text: '2', runs: [1, 2, 3] }] }],
  environments: 4, figures: [{ name: 'roc', places: [{ content: 'p' }, null, null, null] }], identical: false
};

test('any choice of runs is cut out of the comparison of all', async () => {
  const source = sourceOf([{ question: 'comparison', args: { ids: ['a1', 'b2', 'c3', 'd4'] }, answer: WHOLE }]);
  assert.equal(await source.ask('comparison', { ids: ['d4', 'c3', 'b2', 'a1'] }), WHOLE);
  const found = await source.ask('comparison', { ids: ['d4', 'b2', 'c3'], baseline: 'd4' });
  assert.deepEqual(found.runs.map(one => [one.label, one.source]), [['b2', 'other'], ['c3', 'same'], ['d4', 'same']]);
  assert.equal(found.baseline, 2);
  assert.equal(found.headline, 'Best of these by auc: b2');
  const [auc] = found.metrics;
  assert.deepEqual([auc.values, auc.best, auc.unranked_better], [[0.8, 1, 0.7], [0], [1]]);
  assert.equal(auc.deltas[2], null);
  assert.ok(Math.abs(auc.deltas[0].absolute - 0.1) < 1e-12 && auc.deltas[0].better);
  assert.deepEqual(found.params, [{ key: 'C', values: [null, null, 2], lacking: [0, 1] }]);
  assert.deepEqual(found.same_params, { seed: 0, depth: 3 });
  assert.deepEqual(found.data[0].versions, [{ text: 'one', runs: [0] }, { text: 'two', runs: [2] }]);
  assert.deepEqual([found.data[0].missing, found.environment, found.figures], [[1], [], []]);
  assert.deepEqual([found.grounds, found.cautions.length], [[], 1]);
  await assert.rejects(source.ask('comparison', { ids: ['a1', 'zz'] }), /just these runs/);
});

test('curves are given run by run', async () => {
  const series = ids => ids.map(id => ({ id, key: 'loss' }));
  const source = sourceOf([{ question: 'series', args: { ids: ['a1', 'b2'], key: 'loss' }, answer: series(['a1', 'b2']) }]);
  assert.deepEqual(await source.ask('series', { ids: ['b2', 'd4'], key: 'loss', max_points: 9 }), series(['b2']));
  assert.deepEqual(await source.ask('series', { ids: ['b2'], key: 'auc' }), []);
});

test('an address says where it leads, and none leads to what the store decides', () => {
  const places = [
    { view: 'home' }, { view: 'runs', experiment: '' }, { view: 'runs', experiment: 'a & b#c' },
    { view: 'compare', ids: ['a1', 'b2'] }, { view: 'run', id: 'a1' }, { view: 'jobs' }
  ];
  const { state } = our.readAddress('');
  for (const place of places) {
    assert.deepEqual(our.readAddress(our.addressOf({ place, state })).place, place);
  }
  assert.equal(our.readAddress('').place, null);
  assert.deepEqual(our.readAddress('#where=x').place, { view: 'runs', experiment: '' });
});

const item = (name, started, marks, goal = '') => ({
  name, marks, goal, metric: 'auc', best: { id: name }, newest: { name: 'run', started }
});
const FLEET = [item('model 10', 1, ['met'], 'auc >= 1'), item('model 9', 3, []), item('fraud', 2, ['failing', 'running'])];

test('a fleet is narrowed by marks and words, and ordered by what presses', () => {
  const said = items => items.map(one => one.name).join(', ');
  assert.equal(said(our.ordered(FLEET, 'name')), 'fraud, model 9, model 10');
  assert.equal(said(our.ordered(FLEET, 'newest')), 'model 9, fraud, model 10');
  assert.equal(said(our.ordered(FLEET, 'attention')), 'fraud, model 9, model 10');
  assert.equal(said(our.narrowed(FLEET, 'failing', '')), 'fraud');
  assert.equal(said(our.narrowed(FLEET, 'all', 'MODEL 1')), 'model 10');
});

test('numbers answer questions, and say of how many', () => {
  const counted = Object.fromEntries(our.tallies(FLEET).map(one => [one.shown, [one.count, one.of]]));
  assert.deepEqual(counted.all, [3, null]);
  assert.deepEqual(counted.failing, [1, null]);
  assert.deepEqual(counted.met, [1, 1]);
});
