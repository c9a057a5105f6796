// What the table of runs works out without a store: completion, lines, choices, columns, groups, addresses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';

async function load(path) {
  const { outputFiles } = await build({
    entryPoints: [new URL(`../src/${path}`, import.meta.url).pathname],
    bundle: true,
    format: 'esm',
    platform: 'node',
    jsx: 'automatic',
    external: ['react', 'react-dom'],
    write: false
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

const completion = await load('shared/runs/completion.ts');
const lines = await load('shared/runs/lines.ts');
const selection = await load('shared/runs/selection.ts');
const grouping = await load('shared/runs/grouping.ts');
const columns = await load('shared/runs/columns.ts');
const cells = await load('shared/runs/cells.ts');
const views = await load('shared/runs/views.ts');
const { INITIAL, queryOf } = await load('shared/runs/state.ts');
const { addressOf, readAddress } = await load('app/address.ts');

const KEYS = {
  fields: { name: 'text', status: 'text', started: 'moment', duration: 'duration' },
  choices: { status: ['RUNNING', 'FINISHED'] },
  metrics: ['accuracy', 'train_accuracy', 'val loss'],
  params: ['C', 'accuracy_floor'],
  tags: ['team']
};

/** What is wanted at the bar, and what was typed of it. */
function at(marked) {
  const caret = marked.indexOf('|');
  const place = completion.placeAt(marked.replace('|', ''), caret);
  return [place.want.kind, place.want.field ?? '', place.typed];
}

for (const [text, ...found] of [
  ['|', 'field', '', ''],
  ['acc|', 'field', '', 'acc'],
  ['metrics.acc|', 'field', '', 'metrics.acc'],
  ['metrics."val l|', 'field', '', 'metrics."val l'],
  ['metrics.accuracy |', 'operator', 'metrics.accuracy', ''],
  ['params.C not |', 'operator', 'params.C', ''],
  ['params.C in |', 'list', 'params.C', ''],
  ['params.C in (1, |', 'value', 'params.C', ''],
  ['params.C in (1, 2) |', 'joiner', '', ''],
  ['status == |', 'value', 'status', ''],
  ['status == fin|', 'value', 'status', 'fin'],
  ["status == 'FIN|", 'value', 'status', "'FIN"],
  ["status == 'FINISHED'|", 'joiner', '', ''],
  ["status == 'FINISHED' and |", 'field', '', ''],
  ['not (name |', 'operator', 'name', ''],
  ['min(metrics.accuracy) |', 'operator', 'min(metrics.accuracy)', ''],
  ['min(metrics.|', 'field', '', 'metrics.'],
  ['params.C is |', 'none', '', ''],
  ['params.C is not |', 'none', '', ''],
  ['0.8 < metrics.accuracy < |', 'value', 'metrics.accuracy', '']
]) {
  test(`at ${text} stands a ${found[0]}`, () => assert.deepEqual(at(text), found));
}

test('a key is found without its group, and one that begins so first', () => {
  const found = completion.fitting(completion.fieldOptions(KEYS), 'acc').map(one => one.text);
  assert.deepEqual(found, ['metrics.accuracy', 'params.accuracy_floor', 'metrics.train_accuracy']);
});

test('columns that are shown are offered first, and odd keys in quotes', () => {
  const found = completion.fieldOptions(KEYS, ['params.C', 'metrics.val loss']).map(one => one.text);
  assert.deepEqual(found.slice(0, 3), ['params.C', 'metrics."val loss"', 'metrics.accuracy']);
});

test('texts are searched in, numbers are ordered', () => {
  const operators = field => completion.operatorOptions(field, KEYS).map(one => one.text);
  assert.ok(!operators('metrics.accuracy').includes('contains'));
  assert.ok(operators('tags.team').includes('contains') && !operators('tags.team').includes('<'));
  assert.ok(!operators('started').includes('in ('));
});

test('a choice takes the place of what was typed, whatever follows', () => {
  const text = 'acc and x';
  const place = completion.placeAt(text, 3);
  const { text: next, caret } = completion.completed(text, place, { text: 'metrics.accuracy', note: '' });
  assert.equal(next, 'metrics.accuracy and x');
  assert.equal(caret, 'metrics.accuracy '.length);
});

test('half an expression is not asked', () => {
  for (const half of ['metrics', 'metrics.a >', "name == 'x", '(metrics.a > 1', 'metrics.a > 1 and', 'params.C in (1']) {
    assert.equal(completion.isWhole(half), false, half);
  }
  for (const whole of ['', 'metrics.a > 1', "not name == 'x'", '(metrics.a > 1)', 'params.C in (1, 2)', 'a.b is none']) {
    assert.equal(completion.isWhole(whole), true, whole);
  }
});

test('a fault is marked in what stands around it', () => {
  const found = completion.excerpt("metrics.accuracy > 0.9 and params.solvr == 'x'", 27);
  assert.deepEqual(found, { before: 'metrics.accuracy > 0.9 and ', at: 'params.solvr', after: " == 'x'" });
  assert.equal(completion.excerpt('metrics.a >', 11).at, '');
});

const row = (id, more = {}) => ({ id, inside: '', alike: 1, ...more });
const run = (id, more) => ({ row: row(id, more) });

test('groups stand at their places, rows in the others', () => {
  const page = { offset: 10, rows: [row('a'), row('b')], groups: [{ key: 'g', at: 10 }, { key: 'h', at: 13 }] };
  assert.deepEqual(lines.linesOf(page).map(lines.nameOfLine), ['g', 'a', 'b', 'h']);
});

test('a page takes its place, and what is gone is cut off', () => {
  const before = [run('a'), run('b'), run('c'), undefined, run('e')];
  const after = lines.withPage(before, { total: 3, offset: 1, rows: [row('x')], groups: [] });
  assert.deepEqual(after.map(line => line && lines.nameOfLine(line)), ['a', 'x', 'c']);
});

test('how far a line was moved by news is known where it is still in sight', () => {
  const before = [run('a'), run('b'), run('c')];
  assert.equal(lines.shiftOf(before, [run('new'), run('a'), run('b')], 1), 1);
  assert.equal(lines.shiftOf(before, [run('x')], 1), 0);
  assert.equal(lines.shiftOf([undefined], [run('a')], 0), 0);
});

test('a run in an open line knows it', () => {
  const all = [run('a'), { group: { key: 'g' } }, run('x', { inside: 'g' }), run('y', { inside: 'g' })];
  assert.equal(lines.holderOf(all, 3), 1);
  assert.equal(lines.holderOf(all, 0), -1);
});

test('a range takes the place of an earlier one from the same run', () => {
  const long = selection.ranged(['z'], ['a', 'b', 'c']);
  assert.deepEqual(long, ['z', 'a', 'b', 'c']);
  assert.deepEqual(selection.ranged(['z', 'a'], ['a', 'b']), ['z', 'a', 'b']);
  assert.deepEqual(selection.toggledAll(['a', 'b'], ['a', 'b']), []);
  assert.deepEqual(selection.toggledAll(['a'], ['a', 'b']), ['a', 'b']);
});

const info = (group, key, more = {}) => ({
  group, key, kind: 'numeric', runs: 5, differs: true, value: null, usual: null, chosen: true, points: 0,
  direction: null, best: null, low: 0, high: 1, ...more
}); // prettier-ignore

test('seeds are left out of the parameters that runs are grouped by', () => {
  const infos = [info('params', 'C'), info('params', 'seed'), info('params', 'clf.random_state'), info('metrics', 'seed')];
  assert.deepEqual(grouping.allButSeeds(infos), ['params', '-params.seed', '-params.clf.random_state']);
  assert.equal(grouping.groupingText(['params', '-params.seed']), 'all parameters but seed');
  assert.deepEqual(grouping.flipped(['params', '-params.seed'], 'params.C'), ['params.C']);
  assert.deepEqual(grouping.flipped(['params.C', 'tags.team'], 'params.C'), ['tags.team']);
});

test('data that differ are shown, those that are the same are not', () => {
  const infos = [
    info('metrics', 'accuracy', { direction: 'max' }),
    info('data', 'X_test', { kind: 'text', usual: 'aa' }),
    info('data', 'X_train', { kind: 'text', differs: false, value: 'bb', usual: 'bb' }),
    info('environment', 'numpy', { kind: 'text', usual: '2.1' })
  ];
  const shown = columns.shownColumns(infos, [], '', 'verdict').map(column => column.id);
  assert.deepEqual(shown, ['metrics.accuracy', 'verdict', 'data.X_test', 'duration', 'started']);
});

test('neighbours of one kind stand under one heading', () => {
  const all = columns.shownColumns([info('metrics', 'a'), info('metrics', 'b'), info('params', 'C')], []);
  assert.deepEqual(columns.bandsOf(all).map(({ band, columns: own }) => [band, own.length]), [
    ['metrics', 2],
    ['params', 1],
    ['run', 2]
  ]);
});

test('a column is moved before another', () => {
  assert.deepEqual(columns.moved(['a', 'b', 'c'], 'c', 'a'), ['c', 'a', 'b']);
  assert.deepEqual(columns.moved(['a', 'b', 'c'], 'a', null), ['b', 'c', 'a']);
  assert.deepEqual(columns.moved(['a', 'b'], 'a', 'gone'), ['a', 'b']);
});

test('a deviation has the decimals of its mean, and never looks like none', () => {
  const format = value => value.toFixed(3);
  assert.deepEqual(cells.meanText({ mean: 0.93, sd: 0.0042, count: 5 }, format), { mean: '0.930', sd: '0.004' });
  assert.deepEqual(cells.meanText({ mean: 0.93, sd: 0.00001, count: 5 }, format), { mean: '0.930', sd: '1e−5' });
  assert.deepEqual(cells.meanText({ mean: 0.93, sd: null, count: 1 }, format), { mean: '0.930', sd: '' });
});

test('a saved table brings back how it was set up, and nothing else', () => {
  const state = { ...INITIAL, where: 'metrics.a > 1', groupBy: ['params.C'], orderBy: '-metrics.a', selected: ['x'] };
  const view = views.viewOf(' mine ', 'churn', state);
  assert.equal(view.name, 'mine');
  assert.deepEqual({ ...INITIAL, ...views.stateOfView(view) }, { ...state, selected: [] });
  assert.ok(views.isShown(view, state) && !views.isShown(view, INITIAL));
});

test('an address keeps the whole state of a table', () => {
  const state = {
    ...INITIAL, where: "name == 'ä & b'", groupBy: ['params', '-params.seed'], widths: { 'metrics.a': 140 },
    folded: false, deleted: true, columns: ['metrics.a'], selected: ['x']
  }; // prettier-ignore
  const place = { view: 'runs', experiment: 'churn' };
  assert.deepEqual(readAddress(addressOf({ place, state })), { place, state });
  const many = { ...INITIAL, selected: Array.from({ length: 10_000 }, (_, at) => `${at}`.padStart(32, '0')) };
  assert.ok(addressOf({ place, state: many }).length < 5000);
  assert.deepEqual(readAddress('#widths=[1]&group=3').state.groupBy, []);
});

test('identical runs are folded unless runs are grouped', () => {
  assert.deepEqual(queryOf(INITIAL, { experiment: 'churn' }), { experiment: 'churn', fold: true });
  assert.deepEqual(queryOf({ ...INITIAL, groupBy: ['params'] }, {}), { group_by: ['params'] });
  assert.deepEqual(queryOf({ ...INITIAL, folded: false, deleted: true }, {}), { deleted: true });
});
