/** A comparison, asked for again when the runs change. */

import { useEffect, useReducer, useState } from 'react';

import type { ComparisonData } from '../contract/comparison';
import type { WireError } from '../contract/errors';
import { asWireError, type RunSource } from '../source';

export interface Compared {
  comparison: ComparisonData | null;
  error: WireError | null;
  /** What is shown is of other runs, or of another baseline, than were asked for last. */
  stale: boolean;
  /** Counts the answers. */
  revision: string;
  retry(): void;
}

export function useComparison(source: RunSource, ids: readonly string[], baseline: string | null): Compared {
  const [found, setFound] = useState<{ of: string; comparison: ComparisonData } | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const [attempt, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => source.onChange(again), [source]);
  const key = ids.join(' ');
  const of = `${key} ${baseline}`;
  useEffect(() => {
    if (!key) {
      return undefined;
    }
    let current = true;
    const wanted = key.split(' ');
    source.ask('comparison', { ids: wanted, baseline: baseline && wanted.includes(baseline) ? baseline : null }).then(
      comparison => {
        if (current) {
          setFound({ of, comparison });
          setError(null);
        }
      },
      (reason: unknown) => current && setError(asWireError(reason))
    );
    return () => {
      current = false;
    };
  }, [source, key, baseline, of, attempt]);
  return { comparison: found?.comparison ?? null, error, stale: found?.of !== of, revision: String(attempt), retry: again };
}
