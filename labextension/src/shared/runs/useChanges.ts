/** Changes of the chosen runs, each of which can be taken back while it is said. */

import { useCallback, useEffect, useRef, useState } from 'react';

import type { RunChange } from '../contract/changes';
import type { WireError } from '../contract/errors';
import { asWireError, type RunSource } from '../source';

const SAID_MS = 12_000;

export interface Said {
  text: string;
  error: WireError | null;
  /** Takes it back; null where there is nothing to take back. */
  undo: (() => void) | null;
}

export interface Changes {
  said: Said | null;
  change(ids: readonly string[], what: Omit<RunChange, 'ids'>, text: string): Promise<boolean>;
  dismiss(): void;
}

export function useChanges(source: RunSource): Changes {
  const [said, setSaid] = useState<Said | null>(null);
  const timer = useRef(0);
  const say = useCallback((next: Said | null) => {
    window.clearTimeout(timer.current);
    setSaid(next);
    if (next && !next.error) {
      timer.current = window.setTimeout(() => setSaid(null), SAID_MS);
    }
  }, []);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const fail = useCallback(
    (reason: unknown): false => {
      say({ text: '', error: asWireError(reason), undo: null });
      return false;
    },
    [say]
  );
  const takeBack = useCallback(
    (changes: readonly RunChange[]) => {
      source.ask('changes', { changes }).then(() => say({ text: 'Taken back', error: null, undo: null }), fail);
    },
    [source, say, fail]
  );
  const change = useCallback(
    (ids: readonly string[], what: Omit<RunChange, 'ids'>, text: string): Promise<boolean> =>
      source.ask('change', { ...what, ids }).then(({ undo }) => {
        say({ text, error: null, undo: undo.length ? () => takeBack(undo) : null });
        return true;
      }, fail),
    [source, say, takeBack, fail]
  );
  const dismiss = useCallback(() => say(null), [say]);
  return { said, change, dismiss };
}
