/** The lines of a query, fetched a stretch at a time: those in view first, then those ahead of them. */

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';

import type { WireError } from '../contract/errors';
import type { Query } from '../contract/queries';
import type { ColumnInfo, ExperimentInfo, Page, Row } from '../contract/rows';
import { asWireError, type RunSource } from '../source';
import { shiftOf, withPage, type Lines } from './lines';

/** Twice what is seen at once, and no more: what a stretch takes to read and to send grows with it. */
const STRETCH = 30;
/** Stretches that are fetched before they come into view, in the direction in which the reader moves. */
const AHEAD = 3;
/** So many questions at once: a kernel answers one after the other, and what comes into view next is more urgent. */
const AT_ONCE = 3;

export interface Found {
  /** As long as the query's total; what was not fetched yet is undefined. */
  lines: Lines;
  /** How many runs the query found, be they in lines of their own or not. */
  runs: number;
  /** How many of them are, or would be, folded behind identical ones. */
  identical: number;
  columns: readonly ColumnInfo[];
  experiments: readonly ExperimentInfo[];
  store: string;
  made: boolean;
  /** Of the store, when the first of the rows were read. */
  revision: string;
  /** By how many lines what is in view was moved by the last news: to be made up for by scrolling. */
  shift: { by: number };
}

export interface Pages extends Found {
  /** The runs among the lines, in their places. */
  rows: readonly (Row | undefined)[];
  /** The query that the lines are of; null before there are any. */
  key: string | null;
  /** Nothing has been found yet. */
  empty: boolean;
  /** What is shown belongs to an earlier query, or is older than the store. */
  stale: boolean;
  error: WireError | null;
  /** Asks for the lines from `first` to `last`, both included, unless they are there. */
  need(first: number, last: number): void;
  retry(): void;
}

const NOTHING: Found = {
  lines: [],
  runs: 0,
  identical: 0,
  columns: [],
  experiments: [],
  store: '',
  made: true,
  revision: '',
  shift: { by: 0 }
};

/**
 * @param opened what is unfolded. It is part of the query; that it changes doesn't lead back to the top.
 */
export function usePages(source: RunSource, query: Query, opened: readonly string[] = NONE): Pages {
  const key = JSON.stringify(query);
  const open = JSON.stringify(opened);
  const [found, setFound] = useState<Found>(NOTHING);
  const [settled, setSettled] = useState<string | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const [attempt, setAttempt] = useState(0);
  const generation = useRef(0);
  const asked = useRef(new Set<number>());
  const wanted = useRef<number[]>([]);
  const flying = useRef(0);
  const seen = useRef<[number, number]>([0, 0]);

  const ask = useCallback(
    (offset: number, limit: number): Promise<Page> => {
      const unfold = JSON.parse(open) as string[];
      const part = { offset, limit, ...(unfold.length ? { unfold } : {}) };
      return source.ask('page', { query: { ...(JSON.parse(key) as Query), ...part } });
    },
    [source, key, open]
  );

  // The first stretch of a new query, or what is in view of the same one when the runs changed; what was shown stays
  // till then. Asked before the browser draws, which it then does while the answer is worked out.
  useLayoutEffect(() => {
    const mine = ++generation.current;
    const again = settled === key;
    const [first, last] = again ? around(seen.current) : [0, 0];
    flying.current = 0;
    wanted.current = [];
    ask(first * STRETCH, (last - first + 1) * STRETCH).then(
      page => {
        if (mine !== generation.current) {
          return;
        }
        asked.current = new Set(range(first, last));
        setFound(before => begun(page, again ? before : NOTHING, seen.current));
        setSettled(key);
        setError(null);
      },
      (reason: unknown) => {
        if (mine === generation.current) {
          setError(asWireError(reason));
        }
      }
    );
    // `settled` changes when this has its answer, which is no reason to ask again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [ask, attempt]);

  const retry = useCallback(() => setAttempt(count => count + 1), []);
  useEffect(() => source.onChange(retry), [source, retry]);

  const pump = useCallback(() => {
    const mine = generation.current;
    while (flying.current < AT_ONCE && wanted.current.length) {
      const at = wanted.current.shift() as number;
      if (asked.current.has(at)) {
        continue;
      }
      asked.current.add(at);
      flying.current += 1;
      ask(at * STRETCH, STRETCH)
        .then(
          page => mine === generation.current && setFound(before => ({ ...before, lines: withPage(before.lines, page) })),
          (reason: unknown) => {
            if (mine === generation.current) {
              asked.current.delete(at);
              setError(asWireError(reason));
            }
          }
        )
        .finally(() => {
          if (mine === generation.current) {
            flying.current -= 1;
            pump();
          }
        });
    }
  }, [ask]);

  const total = found.lines.length;
  const need = useCallback(
    (first: number, last: number) => {
      const down = first >= seen.current[0];
      seen.current = [first, last];
      if (settled === key) {
        wanted.current = urgent(first, last, total, down);
        pump();
      }
    },
    [key, settled, total, pump]
  );

  const rows = useMemo(() => found.lines.map(line => line?.row), [found.lines]);
  return useMemo(
    () => ({
      ...found,
      rows,
      key: settled,
      empty: settled === null,
      stale: settled !== key || error !== null,
      error,
      need,
      retry
    }),
    [found, rows, settled, key, error, need, retry]
  );
}

const NONE: readonly string[] = [];

/** The stretches that are in view, then those ahead, then the one behind. */
function urgent(first: number, last: number, total: number, down: boolean): number[] {
  const [top, bottom] = [stretchOf(first), stretchOf(last)];
  const below = range(bottom + 1, bottom + (down ? AHEAD : 1));
  const above = range(top - (down ? 1 : AHEAD), top - 1).reverse();
  const end = stretchOf(total - 1);
  const all = [...range(top, bottom), ...(down ? [...below, ...above] : [...above, ...below])];
  return all.filter(at => at >= 0 && at <= end);
}

/** The stretches to read again when the runs have changed: with their neighbours, to see what has moved. */
function around([first, last]: [number, number]): [number, number] {
  const top = stretchOf(first);
  return [Math.max(0, top - 1), Math.max(stretchOf(last), top ? top + 1 : 0)];
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
}

function stretchOf(line: number): number {
  return Math.floor(Math.max(0, line) / STRETCH);
}

/** Of the same query, lines that are in view stay until new ones take their places: nothing blinks. */
function begun(page: Page, before: Found, [first, last]: [number, number]): Found {
  const near = before.lines.map((line, at) => (at >= first - STRETCH && at <= last + STRETCH ? line : undefined));
  const lines = withPage(near, page);
  const own = withPage([], page);
  const { runs, identical, columns, experiments, store, made, revision } = page;
  const shift = { by: shiftOf(before.lines, own, first) };
  return { lines, runs, identical, columns, experiments, store, made, revision, shift };
}
