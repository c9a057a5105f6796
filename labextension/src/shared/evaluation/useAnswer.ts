/** The answer to a question, asked again when the question or the runs change; what was shown stays till then. */

import { useCallback, useEffect, useState } from 'react';

import type { WireError } from '../contract/errors';
import { useHost } from '../host';
import type { Answer, Args, Question } from '../questions';
import { asWireError } from '../source';

export interface Asked<Q extends Question> {
  answer: Answer<Q> | null;
  error: WireError | null;
  /** What is shown answers another question than the one that is asked now. */
  stale: boolean;
  retry(): void;
}

export function useAnswer<Q extends Question>(question: Q, args: Args<Q> | null): Asked<Q> {
  const { source } = useHost();
  const key = args === null ? null : JSON.stringify(args);
  const [found, setFound] = useState<{ key: string | null; answer: Answer<Q> | null }>({ key: null, answer: null });
  const [error, setError] = useState<WireError | null>(null);
  const [attempt, setAttempt] = useState(0);
  const retry = useCallback(() => setAttempt(count => count + 1), []);
  useEffect(() => source.onChange(retry), [source, retry]);
  useEffect(() => {
    if (key === null) {
      return undefined;
    }
    let current = true;
    source.ask(question, JSON.parse(key) as Args<Q>).then(
      answer => {
        if (current) {
          setFound({ key, answer });
          setError(null);
        }
      },
      (reason: unknown) => current && setError(asWireError(reason))
    );
    return () => {
      current = false;
    };
  }, [source, question, key, attempt]);
  return { answer: found.answer, error, stale: found.key !== key, retry };
}
