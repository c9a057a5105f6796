/** The rows of a query, fetched a stretch at a time as they come into view. */

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';

import type { WireError } from '../contract/errors';
import type { Query } from '../contract/queries';
import type { ColumnInfo, ExperimentInfo, Page, Row } from '../contract/rows';
import { asWireError, type RunSource } from '../source';

/** Twice what is seen at once, and no more: what a stretch takes to read and to send grows with it. */
const STRETCH = 30;

export interface Found {
  /** As long as the query's total; what was not fetched yet is undefined. */
  rows: readonly (Row | undefined)[];
  columns: readonly ColumnInfo[];
  experiments: readonly ExperimentInfo[];
  store: string;
  made: boolean;
  /** Of the store, when the first of the rows were read. */
  revision: string;
}

export interface Pages extends Found {
  /** Nothing has been found yet. */
  empty: boolean;
  /** What is shown belongs to an earlier query, or is older than the store. */
  stale: boolean;
  error: WireError | null;
  /** Asks for the rows from `first` to `last`, both included, unless they are there. */
  need(first: number, last: number): void;
  retry(): void;
}

const NOTHING: Found = { rows: [], columns: [], experiments: [], store: '', made: true, revision: '' };

export function usePages(source: RunSource, query: Query): Pages {
  const key = JSON.stringify(query);
  const [found, setFound] = useState<Found>(NOTHING);
  const [settled, setSettled] = useState<string | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const [attempt, setAttempt] = useState(0);
  const generation = useRef(0);
  const asked = useRef(new Set<number>());
  const seen = useRef<[number, number]>([0, 0]);

  // The first stretch of a new query, or of the same one when the runs changed; what was shown stays till then.
  // Asked before the browser draws, which it then does while the answer is worked out.
  useLayoutEffect(() => {
    const mine = ++generation.current;
    const first = settled === key ? stretchOf(seen.current[0]) : 0;
    source.ask('page', { query: { ...query, offset: first * STRETCH, limit: STRETCH } }).then(
      page => {
        if (mine !== generation.current) {
          return;
        }
        asked.current = new Set([first]);
        setFound(begun(page));
        setSettled(key);
        setError(null);
      },
      (reason: unknown) => {
        if (mine === generation.current) {
          setError(asWireError(reason));
        }
      }
    );
    // `query` is new at every render; its text tells whether it really is.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [source, key, attempt]);

  const retry = useCallback(() => setAttempt(count => count + 1), []);
  useEffect(() => source.onChange(retry), [source, retry]);

  const need = useCallback(
    (first: number, last: number) => {
      seen.current = [first, last];
      if (settled !== key) {
        return;
      }
      const mine = generation.current;
      for (let at = stretchOf(first); at <= stretchOf(last); at++) {
        if (asked.current.has(at)) {
          continue;
        }
        asked.current.add(at);
        const query = { ...(JSON.parse(key) as Query), offset: at * STRETCH, limit: STRETCH };
        source.ask('page', { query }).then(
          page => mine === generation.current && setFound(before => joined(before, page)),
          (reason: unknown) => {
            asked.current.delete(at);
            if (mine === generation.current) {
              setError(asWireError(reason));
            }
          }
        );
      }
    },
    [source, key, settled]
  );

  return useMemo(
    () => ({ ...found, empty: settled === null, stale: settled !== key || error !== null, error, need, retry }),
    [found, settled, key, error, need, retry]
  );
}

function stretchOf(row: number): number {
  return Math.floor(Math.max(0, row) / STRETCH);
}

function begun(page: Page): Found {
  const rows = new Array<Row | undefined>(page.total).fill(undefined);
  return { ...partsOf(page), rows: filled(rows, page) };
}

function joined(before: Found, page: Page): Found {
  return { ...before, rows: filled([...before.rows], page) };
}

function filled(rows: (Row | undefined)[], page: Page): (Row | undefined)[] {
  page.rows.forEach((row, at) => {
    if (page.offset + at < rows.length) {
      rows[page.offset + at] = row;
    }
  });
  return rows;
}

function partsOf(page: Page): Omit<Found, 'rows'> {
  const { columns, experiments, store, made, revision } = page;
  return { columns, experiments, store, made, revision };
}
