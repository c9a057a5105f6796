/** Asks a question for a component, and again when the runs may have changed. */

import { useCallback, useEffect, useReducer, useState } from 'react';

import type { WireError } from '../contract/errors';
import type { Answer, Args, Question } from '../questions';
import { asWireError, type RunSource } from '../source';

export interface Asked<T> {
  /** The last one: it stays while the same is asked again. */
  answer: T | null;
  error: WireError | null;
  again(): void;
}

interface State<T> {
  key: string;
  answer: T | null;
  error: WireError | null;
}

/** @param live whether to ask again when something in the store has changed. */
export function useAnswer<Q extends Question>(
  source: RunSource,
  question: Q,
  args: Args<Q>,
  live = false
): Asked<Answer<Q>> {
  const key = JSON.stringify(args);
  const [state, setState] = useState<State<Answer<Q>>>({ key, answer: null, error: null });
  const [attempt, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => (live ? source.onChange(again) : undefined), [source, live]);
  useEffect(() => {
    let current = true;
    source.ask(question, JSON.parse(key) as Args<Q>).then(
      answer => current && setState({ key, answer, error: null }),
      (reason: unknown) =>
        current &&
        setState(before => ({ key, answer: before.key === key ? before.answer : null, error: asWireError(reason) }))
    );
    return () => {
      current = false;
    };
  }, [source, question, key, attempt]);
  const retry = useCallback(() => again(), []);
  // What was asked before must not be shown as the answer to what is asked now.
  return state.key === key
    ? { answer: state.answer, error: state.error, again: retry }
    : { answer: null, error: null, again: retry };
}
