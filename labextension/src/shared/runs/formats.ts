/** How the numbers of a column are written: the same decimals in all of it, as many as tell its runs apart. */

import { useMemo, useRef } from 'react';

import type { Row } from '../contract/rows';
import { columnFormat } from '../parts/numbers';
import { cellOf } from '../parts/values';
import type { Format, TableColumn } from './columns';
import type { Lines } from './lines';

const MOST = 200;

/** One way of writing for each column in view, from what is known of it: to find it takes longer than to draw. */
export function useFormats(lines: Lines, columns: readonly TableColumn[]): ReadonlyMap<string, Format> {
  const known = useMemo(() => lines.filter(line => line !== undefined).slice(0, MOST), [lines]);
  const made = useRef({ known, formats: new Map<string, Format>() });
  if (made.current.known !== known) {
    made.current = { known, formats: new Map() };
  }
  const { formats } = made.current;
  for (const column of columns) {
    const { info, id } = column;
    if (info && column.numeric && !formats.has(id)) {
      const key = id.slice(id.indexOf('.') + 1);
      const own = known.map(line => (line.row ? numberIn(line.row, id) : (line.group.metrics[key]?.mean ?? null)));
      formats.set(id, columnFormat([...own, info.low, info.high]));
    }
  }
  return formats;
}

function numberIn(row: Row, id: string): number | null {
  const value = cellOf(row, id);
  return typeof value === 'number' ? value : null;
}
