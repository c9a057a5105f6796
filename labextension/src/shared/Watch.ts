/**
 * Tells when a store's revision is another one: by a stream of events, and where none comes through by asking.
 *
 * A browser keeps few connections to one server, and a stream holds one: so only a few watches of a document stream,
 * none while nobody sees the document, and the others ask.
 */

import type { Revision } from './contract/rows';
import { readEvents } from './eventStream';

export const LIVELY_MS = 1500;
export const CALM_MS = 4000;
/** The server says how it stands as soon as it is asked: who hears nothing has a proxy between that keeps it back. */
const FIRST_EVENT_MS = 5000;
/** The server gives a sign of life every 15 seconds. */
const SILENCE_MS = 40_000;
const RETRY_MS = 5000;
const MOST_RETRY_MS = 300_000;
const MOST_STREAMS = 2;

let streams = 0;

export interface WatchedSource {
  /** Opens the stream. */
  open(signal: AbortSignal): Promise<Response>;
  /** Asks for the revision. */
  ask(): Promise<Revision>;
  heard(revision: Revision): void;
  /** There is no answer, or the store can't be read. */
  lost(): void;
}

export class Watch {
  private stream: AbortController | null = null;
  private asking = 0;
  private silence = 0;
  private retry = 0;
  private retryAfter = RETRY_MS;
  private running = false;
  private active = false;

  constructor(private readonly source: WatchedSource) {}

  start(): void {
    this.active = true;
    document.addEventListener('visibilitychange', this.onVisibility);
    this.resume(LIVELY_MS);
  }

  stop(): void {
    this.active = false;
    document.removeEventListener('visibilitychange', this.onVisibility);
    this.pause();
  }

  /** Asks now. */
  async look(): Promise<void> {
    if (!this.active || document.hidden) {
      return;
    }
    try {
      this.note(await this.source.ask());
    } catch {
      if (this.active) {
        this.source.lost();
      }
    }
    if (!this.stream) {
      this.plan(this.running ? LIVELY_MS : CALM_MS);
    }
  }

  private note(revision: Revision): void {
    this.running = revision.running > 0;
    if (this.active) {
      this.source.heard(revision);
    }
  }

  private readonly onVisibility = (): void => {
    if (document.hidden) {
      this.pause();
    } else {
      this.resume(0);
    }
  };

  private pause(): void {
    window.clearTimeout(this.asking);
    window.clearTimeout(this.retry);
    this.close();
  }

  private resume(after: number): void {
    if (this.active && !document.hidden) {
      this.plan(after);
      void this.listen();
    }
  }

  private plan(after: number): void {
    window.clearTimeout(this.asking);
    if (this.active && !document.hidden) {
      this.asking = window.setTimeout(() => void this.look(), after);
    }
  }

  private close(): void {
    if (this.stream) {
      streams -= 1;
      window.clearTimeout(this.silence);
      this.stream.abort();
      this.stream = null;
    }
  }

  /** Listens until the stream ends; until its first event, and from its end on, it is asked as well. */
  private async listen(): Promise<void> {
    if (this.stream || streams >= MOST_STREAMS) {
      return;
    }
    const stream = new AbortController();
    streams += 1;
    this.stream = stream;
    this.expect(FIRST_EVENT_MS);
    try {
      const response = await this.source.open(stream.signal);
      if (response.ok && response.body && response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
        await readEvents(response.body, event => this.take(stream, event));
      }
    } catch {
      // It broke, or was given up: what follows is the same.
    }
    if (this.stream === stream) {
      this.close();
      this.plan(LIVELY_MS);
      this.retry = window.setTimeout(() => void this.listen(), this.retryAfter);
      this.retryAfter = Math.min(this.retryAfter * 2, MOST_RETRY_MS);
    }
  }

  private take(stream: AbortController, event: { event: string; data: string } | null): void {
    if (this.stream !== stream) {
      return;
    }
    this.expect(SILENCE_MS);
    if (!event) {
      return;
    }
    window.clearTimeout(this.asking);
    this.retryAfter = RETRY_MS;
    if (event.event === 'revision') {
      this.note(JSON.parse(event.data) as Revision);
    } else if (event.event === 'problem') {
      this.source.lost();
    }
  }

  private expect(within: number): void {
    window.clearTimeout(this.silence);
    const stream = this.stream;
    this.silence = window.setTimeout(() => stream?.abort(), within);
  }
}
