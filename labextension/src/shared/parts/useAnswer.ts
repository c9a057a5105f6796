/** The answer to a question, asked anew whenever the runs change; the last one stays until the next is there. */

import { useCallback, useEffect, useRef, useState } from 'react';

import type { WireError } from '../contract/errors';
import type { Answer, Args, Question } from '../questions';
import { asWireError, type RunSource } from '../source';

export interface Asked<T> {
  answer: T | null;
  error: WireError | null;
  retry(): void;
}

export function useAnswer<Q extends Question>(source: RunSource, question: Q, args: Args<Q>): Asked<Answer<Q>> {
  const key = JSON.stringify(args);
  const [answer, setAnswer] = useState<Answer<Q> | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const turn = useRef(0);
  const ask = useCallback(() => {
    const mine = ++turn.current;
    source.ask(question, JSON.parse(key) as Args<Q>).then(
      found => {
        if (mine === turn.current) {
          setAnswer(found);
          setError(null);
        }
      },
      (reason: unknown) => mine === turn.current && setError(asWireError(reason))
    );
  }, [source, question, key]);
  useEffect(() => {
    ask();
    const end = source.onChange(ask);
    return () => {
      turn.current++;
      end();
    };
  }, [source, ask]);
  return { answer, error, retry: ask };
}
