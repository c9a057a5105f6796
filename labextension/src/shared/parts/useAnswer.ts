/** The answer to a question, asked again when the question or the runs change. */

import { useCallback, useEffect, useReducer, useState } from 'react';

import type { WireError } from '../contract/errors';
import type { Answer, Args, Question } from '../questions';
import { asWireError, type RunSource } from '../source';

export interface Asked<T> {
  /** The last one: it stays until the next is there. */
  answer: T | null;
  error: WireError | null;
  /** What there is answers another question than the one that is asked now. */
  stale: boolean;
  retry(): void;
}

/**
 * @param args null while there is nothing to ask.
 * @param live whether to ask again when something in the store has changed.
 */
export function useAnswer<Q extends Question>(
  source: RunSource,
  question: Q,
  args: Args<Q> | null,
  live = true
): Asked<Answer<Q>> {
  const key = args === null ? null : JSON.stringify(args);
  const [found, setFound] = useState<{ key: string | null; answer: Answer<Q> | null }>({ key: null, answer: null });
  const [failed, setFailed] = useState<{ key: string | null; error: WireError } | null>(null);
  const [attempt, again] = useReducer((count: number) => count + 1, 0);
  const retry = useCallback(() => again(), []);
  useEffect(() => (live ? source.onChange(again) : undefined), [source, live]);
  useEffect(() => {
    if (key === null) {
      return undefined;
    }
    let current = true;
    source.ask(question, JSON.parse(key) as Args<Q>).then(
      answer => {
        if (current) {
          setFound({ key, answer });
          setFailed(null);
        }
      },
      (reason: unknown) => current && setFailed({ key, error: asWireError(reason) })
    );
    return () => {
      current = false;
    };
  }, [source, question, key, attempt]);
  return {
    answer: found.answer,
    error: failed && failed.key === key ? failed.error : null,
    stale: found.key !== key,
    retry
  };
}

/** The same where an answer to another question must not be shown: another run's, say. */
export function useOwnAnswer<Q extends Question>(
  source: RunSource,
  question: Q,
  args: Args<Q>,
  live = false
): Asked<Answer<Q>> {
  const asked = useAnswer(source, question, args, live);
  return asked.stale ? { ...asked, answer: null } : asked;
}
