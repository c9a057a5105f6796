/** Choosing runs: one, a range, those of a group, all that were found. */

import { useCallback, useMemo, useRef, useState } from 'react';

import type { Query } from '../contract/queries';
import { MOST_ROWS } from '../contract/values';
import type { RunSource } from '../source';
import { linesOf, type Line, type Lines } from './lines';
import { ranged, toggledAll } from './selection';

export interface Selection {
  chosen: ReadonlySet<string>;
  /** Whether the line at this place is chosen: its run, or all runs of its group. */
  holds(line: Line): boolean;
  /** Chooses the line at this place, or lets go of it; the next range begins here. */
  toggle(at: number): void;
  /** Chooses all from where the last choice was made up to this place. */
  extend(at: number): void;
  /** Where a range begins that is drawn next. */
  begin(at: number): void;
  all(): void;
}

export function useSelection(
  source: RunSource,
  query: Query,
  opened: readonly string[],
  lines: Lines,
  selected: readonly string[],
  onSelect: (ids: readonly string[]) => void
): Selection {
  const chosen = useMemo(() => new Set(selected), [selected]);
  const [groups, setGroups] = useState<ReadonlyMap<string, readonly string[]>>(new Map());
  const anchor = useRef({ at: 0, before: selected });
  const now = useRef({ lines, selected, onSelect });
  now.current = { lines, selected, onSelect };
  const key = JSON.stringify(query);
  const open = JSON.stringify(opened);

  const idsOf = useCallback(
    async (line: Line): Promise<readonly string[]> => {
      if (line.row) {
        return [line.row.id];
      }
      const { key: group } = line.group;
      const ids = await source.ask('run_ids', { query: { ...(JSON.parse(key) as Query), group } });
      setGroups(before => new Map([...before, [group, ids]]));
      return ids;
    },
    [source, key]
  );

  /** The lines from one place to another; those that were never seen are read. */
  const between = useCallback(
    async (first: number, last: number): Promise<Line[]> => {
      const known = now.current.lines.slice(first, last + 1);
      if (!known.includes(undefined)) {
        return known as Line[];
      }
      const found: Line[] = [];
      for (let offset = first; offset <= last; offset += MOST_ROWS) {
        const limit = Math.min(MOST_ROWS, last - offset + 1);
        const unfold = JSON.parse(open) as string[];
        found.push(...linesOf(await source.ask('page', { query: { ...(JSON.parse(key) as Query), unfold, offset, limit } })));
      }
      return found;
    },
    [source, key, open]
  );

  const begin = useCallback((at: number) => {
    anchor.current = { at, before: now.current.selected };
  }, []);

  const toggle = useCallback(
    (at: number) => {
      const line = now.current.lines[at];
      if (line) {
        void idsOf(line).then(ids => {
          now.current.onSelect(toggledAll(now.current.selected, ids));
          anchor.current = { at, before: toggledAll(now.current.selected, ids) };
        }, ignored);
      }
    },
    [idsOf]
  );

  const extend = useCallback(
    (at: number) => {
      const { at: from, before } = anchor.current;
      void between(Math.min(from, at), Math.max(from, at))
        .then(found => Promise.all(found.map(idsOf)))
        .then(ids => now.current.onSelect(ranged(before, [...new Set(ids.flat())])), ignored);
    },
    [between, idsOf]
  );

  const all = useCallback(() => {
    void source
      .ask('run_ids', { query: JSON.parse(key) as Query })
      .then(ids => now.current.onSelect(toggledAll(now.current.selected, ids)), ignored);
  }, [source, key]);

  const holds = useCallback(
    (line: Line) => {
      if (line.row) {
        return chosen.has(line.row.id);
      }
      const ids = groups.get(line.group.key);
      return ids !== undefined && ids.length > 0 && ids.every(id => chosen.has(id));
    },
    [chosen, groups]
  );

  return useMemo(
    () => ({ chosen, holds, toggle, extend, begin, all }),
    [chosen, holds, toggle, extend, begin, all]
  );
}

/** The table meets the same failure, and says it. */
function ignored(): void {}
