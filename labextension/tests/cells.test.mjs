// What tells whether a cell still is what ran, and what turns its tracking on and off.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { build } from 'esbuild';

async function load(name) {
  const { outputFiles } = await build({
    entryPoints: [new URL(`../src/lab/${name}.ts`, import.meta.url).pathname],
    bundle: true,
    format: 'esm',
    write: false
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}
const { toggled, trackLines } = await load('trackLine');
const { digestOf, isMarked } = await load('sourceMark');
const { CellsNow, freshnessOf } = await load('freshness');
const { changeOf, sentenceOf } = await load('badgeText');
const { addressOf, argsOf, keyOf } = await load('address');

function applied(source) {
  return toggled(source).reduce((text, { start, end, text: by }) => text.slice(0, start) + by + text.slice(end), source);
}

test('tracking is turned on by a first line, and off again to what stood there', () => {
  for (const source of ['fit()', '', '%%time\nfit()', '# a remark\n\nfit()', '%%bash\nls', 'x = "%%track"']) {
    assert.equal(applied(source), `%%track\n${source}`);
    assert.equal(applied(applied(source)), source);
  }
});

test('tracking is turned off wherever its line stands, and only that line goes', () => {
  assert.equal(applied('# a remark\n%%time\n%%track forest -e churn\nfit()'), '# a remark\n%%time\nfit()');
  assert.equal(applied('#| track forest\nfit()'), 'fit()');
  assert.equal(applied('%%track a\n%%track b\nfit()'), 'fit()');
  assert.equal(applied('%%track'), '');
  assert.deepEqual(trackLines('%%track?'), []);
  assert.deepEqual(trackLines('fit()\n%%track'), []);
  assert.deepEqual(trackLines('%%tracker\nfit()'), []);
});

const SOURCES = [
  'fit()', '%%track forest\nfit()\n\n', '#| track\nfit()', '%%time\n%%track\nfit()', 'é = "\u{1F600}"', '', '  \n\t',
  '%%bash\n%%track', '# %%track', '#| track\n#| track\nfit()', '\r\nfit()\r\n'
];

test('Python makes the same marks of sources', t => {
  const code =
    'import json,sys; from nbmlops.answers.source_marks import digest_of; print(json.dumps([digest_of(s) for s in json.load(sys.stdin)]))';
  let found;
  try {
    found = execFileSync('python', ['-c', code], { input: JSON.stringify(SOURCES), encoding: 'utf-8' });
  } catch (fault) {
    if (fault.code === 'ENOENT') return t.skip('there is no Python');
    throw fault;
  }
  assert.deepEqual(SOURCES.map(digestOf), JSON.parse(found));
});

test('a masked secret may be anything, and what stands around it must be the same', () => {
  const mark = { digest: '', pattern: 'login("***", user="***")\nrun()' };
  const is = source => isMarked(source, digestOf(source), mark);
  assert.ok(is('login("hunter2", user="me")\nrun()'));
  assert.ok(is('%%track\nlogin("", user="")\nrun()\n'));
  assert.ok(!is('login("hunter2", user="me")\nrun(1)'));
  assert.ok(!is('login("hunter2")\nrun()'));
});

const mark = source => ({ digest: digestOf(source), pattern: '' });
const state = (parts = {}) => ({
  cell_id: 'a', run_id: '0123456789abcdef', name: 'forest', experiment: 'churn', status: 'FINISHED', started: 1000, duration: 72,
  execution_count: 5, error: '', metric: null, runs: 1, previous: null, counted: true, verdict: null, findings: [],
  source: mark('fit(x)'),
  needs: [{ cell_id: 'x', execution_count: 3, source: mark('x = 1') }],
  ...parts
});
const words = (cells, parts) => freshnessOf(state(parts), new CellsNow(cells)).words;
const own = { id: 'a', source: '%%track\nfit(x)', executionCount: 5 };

test('a run holds as long as its cell and those it depends on are what ran', () => {
  const x = { id: 'x', source: 'x = 1', executionCount: 3 };
  assert.equal(words([x, own]), 'up to date');
  assert.equal(words([x, { ...own, source: 'fit(x)' }]), 'up to date');
  assert.equal(words([x, { ...own, source: 'fit(x, 2)' }]), 'stale: this cell was edited');
  assert.equal(words([{ ...x, source: 'x = 2' }, own]), 'stale: cell [3] was edited');
  assert.equal(words([{ ...x, executionCount: 9 }, own]), 'stale: cell [9] was run again');
  assert.equal(words([{ ...x, executionCount: 1 }, own]), 'up to date'); // after a restart
  assert.equal(words([{ ...x, executionCount: null }, own]), 'up to date'); // cleared
  assert.equal(words([own]), 'stale: cell [3] is gone');
  assert.equal(words([{ ...x, id: 'moved elsewhere' }, own]), 'up to date');
  assert.equal(words([own], { needs: [{ cell_id: null, execution_count: null, source: mark('y') }] }), 'up to date');
  assert.equal(words([x, own], { status: 'RUNNING' }), '');
  assert.equal(words([x, own], { source: null }), '');
  const { reasons } = freshnessOf(state(), new CellsNow([{ ...x, source: 'x = 2' }, { ...own, source: 'fit()' }]));
  assert.deepEqual(reasons, ['this cell was edited', 'cell [3] was edited']);
});

test('a change is better or worse by the direction, not by the sign', () => {
  const metric = { key: 'loss', value: 0.3, direction: 'min', best: 0.4 };
  assert.deepEqual(changeOf(metric), { sign: '▲', better: true, by: '0.1' });
  assert.equal(changeOf({ ...metric, value: 0.5 }).sign, '▼');
  assert.equal(changeOf({ ...metric, value: 0.4 }), null);
  assert.equal(changeOf({ ...metric, direction: null }), null);
  assert.equal(changeOf({ ...metric, value: 'NaN' }), null);
  const said = sentenceOf(state({ metric }), { stale: true, words: '', reasons: ['this cell was edited'] }, 1100);
  for (const part of ['forest', 'finished after 1 m 12 s', 'loss 0.3, 0.1 better', 'stale: this cell was edited']) {
    assert.ok(said.includes(part), said);
  }
});

test('a tab is found again from what Lab keeps of it, and wrong arguments open home', () => {
  const addresses = [
    { view: 'run', id: 'abc', folder: 'a' },
    { view: 'compare', ids: ['a', 'b'] },
    { view: 'runs', experiment: 'churn', state: { where: 'x > 1', selected: ['a'] } },
    { view: 'runs', notebook: 'a/b.ipynb' },
    { view: 'home' }
  ].map(addressOf);
  for (const address of addresses) {
    assert.deepEqual(addressOf(argsOf(address)), address);
  }
  assert.equal(new Set(addresses.map(keyOf)).size, addresses.length);
  for (const wrong of [{}, { view: 'run' }, { view: 7 }, { view: 'compare', ids: 'a' }]) {
    assert.deepEqual(addressOf(wrong).place, { view: 'home' });
  }
});
