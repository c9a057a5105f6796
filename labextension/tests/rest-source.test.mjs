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

// ---------------------------------------------------------------------- the stream of events

function streaming(t) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const encoder = new TextEncoder();
  const server = { asked: [], streams: [], aborted: 0 };
  const source = new RestSource(async (path, init) => {
    server.asked.push(`${init.method} ${path}`);
    if (path.startsWith('events')) {
      let controller;
      const body = new ReadableStream({ start: made => (controller = made) });
      init.signal.addEventListener('abort', () => {
        server.aborted += 1;
        controller.error(new DOMException('aborted', 'AbortError'));
      });
      server.streams.push({
        send: text => controller.enqueue(encoder.encode(text)),
        revision: name => controller.enqueue(encoder.encode(`event: revision\ndata: {"revision":"${name}","running":0}\n\n`)),
        end: () => controller.close()
      });
      return { ok: true, status: 200, body, headers: new Headers({ 'Content-Type': 'text/event-stream' }) };
    }
    const found = path.startsWith('runs/query') ? { revision: 'a', rows: [] } : { revision: 'a', running: 0 };
    return { ok: true, status: 200, headers: new Headers(), json: async () => found };
  }, null);
  let told = 0;
  const end = source.onChange(() => told++);
  t.after(end);
  const settle = async () => {
    for (let n = 0; n < 5; n++) await new Promise(resolve => setImmediate(resolve));
  };
  const pass = async ms => {
    t.mock.timers.tick(ms);
    await settle();
  };
  const looks = () => server.asked.filter(path => path.startsWith('GET revision')).length;
  return { server, source, pass, settle, end, looks, told: () => told };
}

test('while events come it asks nothing, and a change is told at once', async t => {
  const { server, source, pass, settle, looks, told } = streaming(t);
  await source.ask('page', { query: {} });
  await settle();
  server.streams[0].revision('a');
  await settle();
  for (let n = 0; n < 5; n++) await pass(6000);
  assert.equal(looks(), 0);
  assert.equal(told(), 0);
  server.streams[0].revision('b');
  await settle();
  assert.equal(told(), 1);
});

test('an event that comes in pieces is one event', async t => {
  const { server, source, settle, told } = streaming(t);
  await source.ask('page', { query: {} });
  await settle();
  for (const piece of ['event: revi', 'sion\ndata: {"revision":"b",', '"running":0}\n', '\n']) {
    server.streams[0].send(piece);
    await settle();
  }
  assert.equal(told(), 1);
});

test('a proxy that keeps the events back is asked around', async t => {
  const { server, source, pass, looks } = streaming(t);
  await source.ask('page', { query: {} });
  await pass(1500);
  assert.equal(looks(), 1);
  await pass(3500);
  assert.equal(server.aborted, 1);
  await pass(4000);
  assert.ok(looks() >= 2);
});

test('a stream that ends is opened again, each time later', async t => {
  const { server, pass, settle } = streaming(t);
  const opened = () => server.streams.length;
  await settle();
  server.streams[0].end();
  await settle();
  await pass(4900);
  assert.equal(opened(), 1);
  await pass(100);
  assert.equal(opened(), 2);
  server.streams[1].end();
  await settle();
  await pass(9900);
  assert.equal(opened(), 2);
  await pass(100);
  assert.equal(opened(), 3);
});

test('a stream without a sign of life is given up', async t => {
  const { server, pass, settle } = streaming(t);
  await settle();
  server.streams[0].revision('a');
  await settle();
  await pass(30_000);
  server.streams[0].send(': \n\n');
  await settle();
  await pass(30_000);
  assert.equal(server.aborted, 0);
  await pass(10_000);
  assert.equal(server.aborted, 1);
});

test('a problem is told once, and its end once', async t => {
  const { server, source, settle, told } = streaming(t);
  await source.ask('page', { query: {} });
  await settle();
  server.streams[0].send('event: problem\ndata: {"code":"store","message":"gone","hint":""}\n\n');
  server.streams[0].send('event: problem\ndata: {"code":"store","message":"gone","hint":""}\n\n');
  await settle();
  assert.equal(told(), 1);
  server.streams[0].revision('a');
  await settle();
  assert.equal(told(), 2);
});

test('nothing is open while nobody can see it, or nobody listens', async t => {
  const listeners = new Set();
  document.addEventListener = (_, listener) => listeners.add(listener);
  t.after(() => (document.addEventListener = () => {}));
  const { server, settle, end } = streaming(t);
  t.after(() => (document.hidden = false));
  await settle();
  document.hidden = true;
  listeners.forEach(listener => listener());
  await settle();
  assert.equal(server.aborted, 1);
  document.hidden = false;
  listeners.forEach(listener => listener());
  await settle();
  assert.equal(server.streams.length, 2);
  end();
  await settle();
  assert.equal(server.aborted, 2);
});

test('only a few streams of a document are open, since a browser keeps few connections', async t => {
  const one = streaming(t);
  t.mock.timers.reset();
  const two = streaming(t);
  t.mock.timers.reset();
  const three = streaming(t);
  await three.settle();
  assert.deepEqual([one, two, three].map(each => each.server.streams.length), [1, 1, 0]);
  await three.pass(1500);
  assert.equal(three.looks(), 1);
});

test('what is removed is named in the address, and a problem is read', async t => {
  const asked = [];
  const source = new RestSource(async (path, init) => {
    asked.push([init.method, path, init.body]);
    const problem = { code: 'not-found', detail: 'There is no view', hint: 'Look again', title: 'No', status: 404 };
    return { ok: false, status: 404, json: async () => problem };
  }, 'churn');
  const refused = source.ask('delete_view', { name: 'a/b', experiment: '' });
  await assert.rejects(refused, error => {
    assert.deepEqual(error.wire, { code: 'not-found', message: 'There is no view', hint: 'Look again' });
    return true;
  });
  assert.deepEqual(asked, [['DELETE', 'views?name=a%2Fb&experiment=&folder=churn', undefined]]);
});
