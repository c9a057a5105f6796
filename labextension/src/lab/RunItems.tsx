/** Runs under each other, with what their metrics and parameters have in common. */

import { useMemo, type ReactNode } from 'react';

import type { ColumnInfo, Row } from '../shared/contract/rows';
import { useHost } from '../shared/host';
import { columnFormat } from '../shared/parts/numbers';
import { asNumber } from '../shared/parts/values';
import { Details } from '../shared/run/Details';
import { rankedMetrics } from '../shared/runs/columns';
import type { RunSource } from '../shared/source';
import { RunItem } from './RunItem';

const METRICS = 3;
const PARAMS = 4;

export interface RunItemsProps {
  source: RunSource;
  rows: readonly Row[];
  columns: readonly ColumnInfo[];
  now: number;
  chosen: readonly string[];
  open: string | null;
  /** Cells of the notebook that is open. */
  cells: ReadonlySet<string>;
  onChoose(id: string): void;
  onOpen(id: string | null): void;
  onPage(id: string): void;
  onCell(id: string): void;
}

export function RunItems(props: RunItemsProps): ReactNode {
  const { rows, columns, chosen, cells, open } = props;
  const { openCell } = useHost();
  const metrics = useMemo(() => rankedMetrics(columns).slice(0, METRICS), [columns]);
  const params = useMemo(() => tellingParams(columns), [columns]);
  const formats = useMemo(
    () => metrics.map(info => columnFormat(rows.map(row => asNumber(row.metrics[info.key])))),
    [metrics, rows]
  );
  const several = new Set(rows.map(row => row.experiment)).size > 1;
  const toCell = (cell: string, notebook: string | null): (() => void) | undefined => {
    if (cells.has(cell)) {
      return () => props.onCell(cell);
    }
    return notebook && openCell ? () => openCell(notebook, cell) : undefined;
  };
  return rows.map(row => {
    const cell = row.cell_id;
    return (
      <RunItem
        key={row.id}
        row={row}
        now={props.now}
        metrics={metrics}
        formats={formats}
        params={params}
        several={several}
        chosen={chosen.includes(row.id)}
        open={open === row.id}
        onChoose={() => props.onChoose(row.id)}
        onOpen={() => props.onOpen(open === row.id ? null : row.id)}
        onPage={() => props.onPage(row.id)}
        onCell={cell === null ? undefined : toCell(cell, row.notebook)}
      >
        {open === row.id && <Details source={props.source} id={row.id} onClose={() => props.onOpen(null)} />}
      </RunItem>
    );
  });
}

/** Parameters that somebody chose: those that are not the same in all runs, or just the first. */
function tellingParams(infos: readonly ColumnInfo[]): ColumnInfo[] {
  const chosen = infos.filter(info => info.group === 'params' && info.chosen);
  const differing = chosen.filter(info => info.differs && info.value === null);
  return (differing.length ? differing : chosen).slice(0, PARAMS);
}
