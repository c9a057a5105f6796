// When the panel and the page ask again: the server's part is played by a function.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { build } from 'esbuild';

globalThis.window = globalThis;
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };

const { outputFiles } = await build({
  entryPoints: [new URL('../src/shared/RestSource.ts', import.meta.url).pathname],
  bundle: true,
  format: 'esm',
  write: false
});
const { RestSource } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);

function setUp(t) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const server = { revision: 'a', page: 'a', running: 0, answers: true, asked: [] };
  const source = new RestSource(async (path, init) => {
    server.asked.push(`${init.method} ${path}`);
    if (!server.answers) {
      throw new TypeError('Failed to fetch');
    }
    const found = path.startsWith('runs/query')
      ? { revision: server.page, rows: [] }
      : { revision: server.revision, running: server.running };
    return { ok: true, status: 200, json: async () => found };
  }, 'a folder/ä');
  let told = 0;
  const end = source.onChange(() => told++);
  t.after(end);
  const pass = async ms => {
    t.mock.timers.tick(ms);
    await new Promise(resolve => setImmediate(resolve));
  };
  return { server, source, pass, end, told: () => told };
}

test('nothing is told while nothing changes', async t => {
  const { source, pass, told, server } = setUp(t);
  await source.ask('page', { query: {} });
  for (let n = 0; n < 5; n++) await pass(4000);
  assert.equal(told(), 0);
  assert.ok(server.asked.every(path => path.endsWith('?folder=a+folder%2F%C3%A4')));
});

test('a change is told once', async t => {
  const { server, source, pass, told } = setUp(t);
  await source.ask('page', { query: {} });
  server.revision = server.page = 'b';
  await pass(1500);
  await source.ask('page', { query: {} });
  await pass(4000);
  await pass(4000);
  assert.equal(told(), 1);
});

test('rows of another revision than the rest are told of, and not in a circle', async t => {
  const { server, source, pass, told } = setUp(t);
  await source.ask('page', { query: {} });
  server.revision = server.page = 'b';
  await source.ask('page', { query: { offset: 100 } });
  assert.equal(told(), 0);
  await pass(1500);
  assert.equal(told(), 1);
  await source.ask('page', { query: {} });
  await pass(4000);
  await pass(4000);
  assert.equal(told(), 1);
});

test('a cell that has run is looked for at once', async t => {
  const { server, source, pass, told } = setUp(t);
  await source.ask('page', { query: {} });
  server.revision = 'b';
  source.poke();
  await pass(100);
  assert.equal(told(), 1);
});

test('while a run is under way it looks more often, and never while nobody can see it', async t => {
  const { server, source, pass } = setUp(t);
  const looks = () => server.asked.filter(path => path.startsWith('GET revision')).length;
  await source.ask('page', { query: {} });
  server.running = 1;
  await pass(1500);
  await pass(1500);
  assert.equal(looks(), 2);
  document.hidden = true;
  t.after(() => (document.hidden = false));
  for (let n = 0; n < 5; n++) await pass(4000);
  assert.equal(looks(), 2);
});

test('a server that goes away and comes back is told of, each time once', async t => {
  const { server, source, pass, told } = setUp(t);
  await source.ask('page', { query: {} });
  server.answers = false;
  for (let n = 0; n < 3; n++) await pass(4000);
  assert.equal(told(), 1);
  await assert.rejects(source.ask('page', { query: {} }), error => error.wire.message === 'The server gives no answer.');
  server.answers = true;
  for (let n = 0; n < 3; n++) await pass(4000);
  assert.equal(told(), 2);
});

test('once nobody listens it asks no more', async t => {
  const { server, source, pass, end } = setUp(t);
  await source.ask('page', { query: {} });
  end();
  const before = server.asked.length;
  for (let n = 0; n < 3; n++) await pass(4000);
  assert.equal(server.asked.length, before);
});
