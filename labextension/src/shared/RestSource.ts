/** Runs from a Jupyter server, for Lab and for the page. */

import type { Problem, WireError } from './contract/errors';
import type { Page, Revision } from './contract/rows';
import type { Answer, Args, Question } from './questions';
import { CHANGES, ROUTES } from './routes';
import { SourceError, type RunSource } from './source';
import { LIVELY_MS, Watch } from './Watch';

/** Sends a request to a path under `nbmlops/api/v1/`; the host knows the address, and how to prove who asks. */
export type Send = (path: string, init: RequestInit) => Promise<Response>;

/** How soon to look after something has happened that may have made a run. */
const AFTER_POKE_MS = [100, 700, 2000];

export class RestSource implements RunSource {
  private readonly listeners = new Set<() => void>();
  private revision: string | null = null;
  private failing = false;
  /** Some of what is shown may be of another revision than the rest. */
  private mixed = false;
  private settling = 0;
  private pokes: number[] = [];

  private readonly watch = new Watch({
    open: signal => this.send(withFolder('events', this.folder), { method: 'GET', signal }),
    ask: () => this.request<Revision>('revision', {}),
    heard: found => this.heard(found),
    lost: () => this.lost()
  });

  /**
   * @param send how requests are sent.
   * @param folder whose store is asked, relative to the server's root; null where the server knows only one.
   */
  constructor(
    private readonly send: Send,
    private readonly folder: string | null
  ) {}

  async ask<Q extends Question>(question: Q, args: Args<Q>): Promise<Answer<Q>> {
    const answer = await this.request<Answer<Q>>(question, args);
    if (question === 'page') {
      this.note((answer as Page).revision);
    }
    if (CHANGES.has(question)) {
      this.tell();
    }
    return answer;
  }

  private note(revision: string): void {
    this.revision ??= revision;
    // Not told at once: while a run logs, every answer is of another revision, and would ask for the next.
    if (revision !== this.revision && !this.mixed) {
      this.mixed = true;
      this.settling = window.setTimeout(() => void this.watch.look(), LIVELY_MS);
    }
  }

  onChange(callback: () => void): () => void {
    this.listeners.add(callback);
    if (this.listeners.size === 1) {
      this.watch.start();
    }
    return () => {
      this.listeners.delete(callback);
      if (!this.listeners.size) {
        this.watch.stop();
        window.clearTimeout(this.settling);
        this.pokes.forEach(window.clearTimeout);
      }
    };
  }

  /** Something has happened that may have made a run: looks soon, and again a little later. */
  poke(): void {
    this.pokes.forEach(window.clearTimeout);
    this.pokes = AFTER_POKE_MS.map(after => window.setTimeout(() => void this.watch.look(), after));
  }

  private heard(found: Revision): void {
    const changed = this.failing || this.mixed || (this.revision !== null && found.revision !== this.revision);
    this.revision = found.revision;
    this.mixed = false;
    this.failing = false;
    window.clearTimeout(this.settling);
    if (changed) {
      this.tell();
    }
  }

  private lost(): void {
    if (!this.failing) {
      this.failing = true;
      this.tell(); // they ask, and say what is wrong
    }
  }

  private tell(): void {
    [...this.listeners].forEach(callback => callback());
  }

  private async request<T>(question: Question, args: Readonly<Record<string, unknown>>): Promise<T> {
    const { path, init } = requestOf(question, args, this.folder);
    let response: Response;
    try {
      response = await this.send(path, init);
    } catch {
      throw new SourceError(SILENCE);
    }
    if (!response.ok) {
      throw new SourceError(await errorIn(response));
    }
    return (await response.json()) as T;
  }
}

/** The request that a question is. */
function requestOf(
  question: Question,
  args: Readonly<Record<string, unknown>>,
  folder: string | null
): { path: string; init: RequestInit } {
  const [method, template] = ROUTES[question];
  const rest: Record<string, unknown> = { ...args };
  const path = template.slice(1).replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(rest[name]);
    delete rest[name];
    return encodeURIComponent(value);
  });
  if (method !== 'GET' && method !== 'DELETE') {
    const headers = { 'Content-Type': 'application/json' };
    return { path: withFolder(path, folder), init: { method, headers, body: JSON.stringify(rest) } };
  }
  const said = new URLSearchParams();
  for (const [key, value] of Object.entries(rest)) {
    [value].flat().forEach(one => said.append(key, String(one)));
  }
  return { path: withFolder(path, folder, said), init: { method } };
}

function withFolder(path: string, folder: string | null, said = new URLSearchParams()): string {
  if (folder !== null) {
    said.set('folder', folder);
  }
  const query = said.toString();
  return query ? `${path}?${query}` : path;
}

async function errorIn(response: Response): Promise<WireError> {
  try {
    const found = (await response.json()) as Partial<Problem>;
    if (found.code && found.detail) {
      const { code, detail, hint = '', column } = found;
      return { code, message: detail, hint, ...(column === undefined ? {} : { column }) };
    }
  } catch {
    // Not from nbmlops: a proxy, or a server without the extension.
  }
  return response.status === 404 ? NOT_THERE : { ...SILENCE, message: `The server answers with ${response.status}.` };
}

const SILENCE: WireError = {
  code: 'fault',
  message: 'The server gives no answer.',
  hint: 'If it was stopped, start it again; it is asked every few seconds.'
};

const NOT_THERE: WireError = {
  code: 'fault',
  message: 'The server knows nothing of nbmlops.',
  hint: 'Install nbmlops where JupyterLab itself runs, and start JupyterLab again.'
};
