/** Where runs come from. The components know this and no host; the widget, Lab and the page each have one. */

import type { Page, Query, RunDetails, SeriesData, WireError } from './contract';

export interface RunSource {
  /** The rows of a query from its offset on, with its columns over all runs that it found. */
  page(query: Query): Promise<Page>;
  /** One metric of several runs; those that lack it are left out. */
  series(ids: readonly string[], key: string): Promise<SeriesData[]>;
  /** Everything about one run. */
  details(id: string): Promise<RunDetails>;
  /** Sets a tag; null removes it. */
  setTag(id: string, key: string, value: string | null): Promise<void>;
  /** Calls back when the runs may have changed; returns what ends that. */
  onChange(callback: () => void): () => void;
  /**
   * What differs between runs, as HTML that nbmlops itself has made and escaped (`compare_html.py`).
   * Absent where the host can't say.
   */
  comparison?(ids: readonly string[]): Promise<string>;
}

/** Why a source gave no answer. */
export class SourceError extends Error {
  constructor(readonly wire: WireError) {
    super(wire.message);
    this.name = 'SourceError';
  }
}

/** What to show of any failure. */
export function asWireError(reason: unknown): WireError {
  if (reason instanceof SourceError) {
    return reason.wire;
  }
  const message = reason instanceof Error ? reason.message : String(reason);
  return { code: 'fault', message, hint: '' };
}
