/** Where runs come from. The components know this and no host; the widget, Lab and the page each have one. */

import type { WireError } from './contract/errors';
import type { Answer, Args, Question } from './questions';

export interface RunSource {
  /** Asks; the answer, or a `SourceError`. */
  ask<Q extends Question>(question: Q, args: Args<Q>): Promise<Answer<Q>>;
  /** Whether there is an answer, where that is known before: a report holds what was taken down, and no more. */
  holds?<Q extends Question>(question: Q, args: Partial<Args<Q>>): boolean;
  /** Calls back when the runs may have changed; returns what ends that. */
  onChange(callback: () => void): () => void;
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
