/** The table of runs: rows and columns are drawn only where they are seen. */

import { getCoreRowModel, useReactTable, type ColumnDef } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

import type { Mark } from '../parts/colours';
import { durationText, nameOf, type Format, type TableColumn } from './columns';
import type { ColumnInfo, Row } from '../contract/rows';
import type { WireValue } from '../contract/values';
import { columnFormat, formatMoment, formatRelative, MISSING } from '../parts/numbers';
import { Doubt, Findings, RunId, Standing, Verdict } from '../parts/Status';
import { Swatch } from '../parts/Swatch';
import { asNumber, cellOf, shortened, valueText } from '../parts/values';

const ROW_HEIGHT = 30;
const HEAD_HEIGHT = 34;
const MOST_ROWS_SEEN = 12;
const BESIDE = 17; // the scroll bar, and the border
/** A browser can't lay out more pixels than this; beyond it rows are reached by a filter. */
const MOST_PIXELS = 15_000_000;

export interface RunTableProps {
  rows: readonly (Row | undefined)[];
  columns: readonly TableColumn[];
  orderBy: string;
  selected: readonly string[];
  marks: ReadonlyMap<string, Mark>;
  stale: boolean;
  /** By id, why a run is not ranked with the others, beside its own doubts. */
  apart?: Readonly<Record<string, string>>;
  onOrder(orderBy: string): void;
  onSelect(ids: readonly string[]): void;
  onOpen(row: Row): void;
  onNeed(first: number, last: number): void;
}

export function RunTable(props: RunTableProps): ReactNode {
  const { rows, columns, selected, marks, onNeed } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const now = useNow();
  const chosen = useMemo(() => new Set(selected), [selected]);

  const table = useReactTable({
    data: rows as (Row | undefined)[],
    columns: useMemo(() => columns.map(columnDef), [columns]),
    getCoreRowModel: getCoreRowModel(),
    getRowId: (row, at) => row?.id ?? `row ${at}`,
    manualSorting: true,
    manualFiltering: true,
    manualPagination: true
  });
  const leaves = table.getVisibleLeafColumns();

  const vertical = useVirtualizer({
    count: Math.min(rows.length, Math.floor(MOST_PIXELS / ROW_HEIGHT)),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 6
  });
  const horizontal = useVirtualizer({
    count: leaves.length,
    horizontal: true,
    getScrollElement: () => scroller.current,
    estimateSize: at => leaves[at]?.getSize() ?? 100,
    overscan: 3
  });
  const widths = columns.map(column => column.width).join(' ');
  useEffect(() => horizontal.measure(), [horizontal, widths]); // which draws all once more

  const lines = vertical.getVirtualItems();
  const [first, last] = [lines[0]?.index ?? 0, lines[lines.length - 1]?.index ?? 0];
  useEffect(() => onNeed(first, last), [onNeed, first, last, rows]);

  const across = horizontal.getVirtualItems();
  const before = across[0]?.start ?? 0;
  const after = horizontal.getTotalSize() - (across[across.length - 1]?.end ?? 0);
  const seen = across.flatMap(item => columns[item.index] ?? []);
  const formats = useFormats(rows, seen);
  const at = Math.min(active, Math.max(0, rows.length - 1));

  const toggle = (row: Row): void =>
    props.onSelect(chosen.has(row.id) ? selected.filter(id => id !== row.id) : [...selected, row.id]);
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setActive(next);
    vertical.scrollToIndex(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) {
      return;
    }
    const page = Math.max(1, lines.length - 8);
    const scroll = (by: number): void => scroller.current?.scrollBy({ left: by });
    const row = rows[at];
    const does: Record<string, () => void> = {
      ArrowDown: () => move(at + 1),
      ArrowUp: () => move(at - 1),
      PageDown: () => move(at + page),
      PageUp: () => move(at - page),
      Home: () => move(0),
      End: () => move(rows.length - 1),
      ArrowRight: () => scroll(120),
      ArrowLeft: () => scroll(-120),
      ' ': () => row && toggle(row),
      Enter: () => row && props.onOpen(row)
    };
    const action = does[event.key];
    if (action && !event.shiftKey) {
      event.preventDefault();
      action();
    }
  };

  const height = Math.min(rows.length, MOST_ROWS_SEEN) * ROW_HEIGHT + HEAD_HEIGHT + BESIDE;
  return (
    <div
      ref={scroller}
      className={`nbm-table${props.stale ? ' nbm-stale' : ''}`}
      style={{ height }}
      role="grid"
      aria-label="Runs"
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={rows[at] ? `nbm-row-${rows[at].id}` : undefined}
      tabIndex={0}
      data-lm-suppress-shortcuts="true"
      onKeyDown={onKeyDown}
    >
      <div className="nbm-head nbm-row" role="row" aria-rowindex={1}>
        <div className="nbm-cell nbm-name nbm-head-cell" role="columnheader">
          <HeadButton id="name" title="run" orderBy={props.orderBy} onOrder={props.onOrder} />
        </div>
        <div style={{ width: before }} />
        {seen.map(column => (
          <HeadCell key={column.id} column={column} orderBy={props.orderBy} onOrder={props.onOrder} />
        ))}
        <div style={{ width: after }} />
      </div>
      <div role="rowgroup" style={{ height: vertical.getTotalSize(), position: 'relative' }}>
        {lines.map(line => {
          const row = rows[line.index];
          return (
            <div
              key={line.index}
              id={row && `nbm-row-${row.id}`}
              className={rowClass(row, chosen, line.index === at)}
              role="row"
              aria-rowindex={line.index + 2}
              aria-selected={row ? chosen.has(row.id) : undefined}
              style={{ transform: `translateY(${line.start}px)`, height: ROW_HEIGHT }}
              onClick={() => setActive(line.index)}
              onDoubleClick={() => row && props.onOpen(row)}
            >
              <NameCell
                row={row}
                checked={row !== undefined && chosen.has(row.id)}
                mark={row && marks.get(row.id)}
                apart={row && props.apart?.[row.id]}
                onToggle={toggle}
                onOpen={props.onOpen}
              />
              <div style={{ width: before, flex: 'none' }} />
              {seen.map(column => (
                <Cell
                  key={column.id}
                  row={row}
                  column={column}
                  format={formats.get(column.id)}
                  now={now}
                  apart={row !== undefined && props.apart?.[row.id] !== undefined}
                />
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function columnDef(column: TableColumn): ColumnDef<Row | undefined> {
  const accessorFn = (row: Row | undefined): WireValue | undefined => row && cellOf(row, column.id);
  return { id: column.id, header: column.title, size: column.width, accessorFn };
}

function rowClass(row: Row | undefined, chosen: ReadonlySet<string>, active: boolean): string {
  const names = ['nbm-row', 'nbm-line'];
  if (active) {
    names.push('nbm-active');
  }
  if (row && chosen.has(row.id)) {
    names.push('nbm-chosen');
  }
  if (row && (row.doubts.length || row.status !== 'FINISHED')) {
    names.push('nbm-out');
  }
  return names.join(' ');
}

interface HeadProps {
  id: string;
  title: string;
  orderBy: string;
  better?: 'max' | 'min' | null;
  onOrder(orderBy: string): void;
}

/** Sorts: the best first, then the other way, then as it was. */
function HeadButton({ id, title, orderBy, better, onOrder }: HeadProps): ReactNode {
  const downFirst = better === 'max' || id === 'started';
  const ways = downFirst ? [`-${id}`, id] : [id, `-${id}`];
  const at = ways.indexOf(orderBy);
  const sorted = at === -1 ? '' : orderBy.startsWith('-') ? ' ▾' : ' ▴';
  const word = { max: 'higher is better', min: 'lower is better' }[better ?? 'max'];
  return (
    <button
      type="button"
      tabIndex={-1}
      className={at === -1 ? '' : 'nbm-sorted'}
      title={`${title}${better ? `, ${word}` : ''}. Click to sort.`}
      onClick={() => onOrder(ways[at + 1] ?? '')}
    >
      {shortened(title, 28)}
      {better && <span className="nbm-faint"> {better === 'max' ? '↑' : '↓'}</span>}
      {sorted}
    </button>
  );
}

function HeadCell({ column, orderBy, onOrder }: { column: TableColumn } & Omit<HeadProps, 'id' | 'title'>): ReactNode {
  const isParam = column.info?.group === 'params';
  const sort = [column.id, `-${column.id}`].indexOf(orderBy);
  return (
    <div
      className={`nbm-cell nbm-head-cell${column.numeric ? ' nbm-number' : ''}${isParam ? ' nbm-code' : ''}`}
      style={{ width: column.width }}
      role="columnheader"
      aria-sort={sort === -1 ? 'none' : sort ? 'descending' : 'ascending'}
    >
      {column.id === 'findings' ? (
        column.title
      ) : (
        <HeadButton
          id={column.id}
          title={column.title}
          better={column.info?.direction ?? null}
          orderBy={orderBy}
          onOrder={onOrder}
        />
      )}
    </div>
  );
}

interface NameProps {
  row: Row | undefined;
  checked: boolean;
  mark: Mark | undefined;
  apart: string | undefined;
  onToggle(row: Row): void;
  onOpen(row: Row): void;
}

function NameCell({ row, checked, mark, apart, onToggle, onOpen }: NameProps): ReactNode {
  if (!row) {
    return <div className="nbm-cell nbm-name nbm-waits" role="rowheader" />;
  }
  return (
    <div className="nbm-cell nbm-name" role="rowheader">
      <input
        type="checkbox"
        tabIndex={-1}
        checked={checked}
        aria-label={`Choose ${nameOf(row)}`}
        onChange={() => onToggle(row)}
      />
      <Swatch mark={mark} />
      <span className="nbm-label" title={row.note || nameOf(row)} onClick={() => onOpen(row)}>
        {nameOf(row)}
      </span>
      <RunId id={row.id} />
      <Standing row={row} apart={apart} />
      {row.doubts.length === 0 && <Doubt row={row} />}
    </div>
  );
}

interface CellProps {
  row: Row | undefined;
  column: TableColumn;
  format: Format | undefined;
  now: number;
  apart: boolean;
}

const Cell = memo(function Cell({ row, column, format, now, apart }: CellProps): ReactNode {
  const width = { width: column.width };
  const side = column.numeric ? ' nbm-number' : '';
  if (!row) {
    return <div className={`nbm-cell nbm-waits${side}`} style={width} role="gridcell" />;
  }
  if (column.id === 'verdict' || column.id === 'findings') {
    return (
      <div className="nbm-cell" style={width} role="gridcell">
        {column.id === 'verdict' ? <Verdict verdict={row.verdict} /> : <Findings row={row} />}
      </div>
    );
  }
  const { text, title, best: isBest } = contentOf(row, column, format, now);
  const best = isBest && !apart;
  const missing = text === MISSING ? ' nbm-faint' : '';
  return (
    <div className={`nbm-cell${side}${missing}${best ? ' nbm-best' : ''}`} style={width} role="gridcell" title={title}>
      {best && <span aria-label="best">★ </span>}
      {text}
    </div>
  );
});

interface Content {
  text: string;
  title?: string;
  best?: boolean;
}

function contentOf(row: Row, column: TableColumn, format: Format | undefined, now: number): Content {
  if (column.id === 'started') {
    return { text: formatRelative(row.started, now), title: formatMoment(row.started) };
  }
  if (column.id === 'duration') {
    return { text: durationText(row, now) };
  }
  const value = cellOf(row, column.id);
  if (value === undefined) {
    return { text: MISSING };
  }
  if (column.info?.group === 'metrics') {
    const number = asNumber(value as number);
    const ranked = row.status === 'FINISHED' && row.doubts.length === 0;
    const best = ranked && number !== null && number === column.info.best;
    return { text: format ? format(number) : String(number), title: String(number), best };
  }
  if (column.numeric && typeof value === 'number' && format) {
    return { text: format(value), title: valueText(value) };
  }
  const text = valueText(value);
  return { text: shortened(text), title: text };
}

/** One way of writing for each column in view, from what is known of it: to find it takes longer than to draw. */
function useFormats(
  rows: readonly (Row | undefined)[],
  columns: readonly TableColumn[]
): ReadonlyMap<string, Format> {
  const known = useMemo(() => rows.filter(row => row !== undefined).slice(0, 200), [rows]);
  const made = useRef({ known, formats: new Map<TableColumn, Format>() });
  if (made.current.known !== known) {
    made.current = { known, formats: new Map() };
  }
  const { formats } = made.current;
  const found = new Map<string, Format>();
  for (const column of columns) {
    const { info } = column;
    if (info && column.numeric) {
      const format = formats.get(column) ?? formatOf(column, info, known);
      formats.set(column, format);
      found.set(column.id, format);
    }
  }
  return found;
}

function formatOf({ id }: TableColumn, info: ColumnInfo, rows: readonly Row[]): Format {
  return columnFormat([...rows.map(row => numberIn(row, id)), info.low, info.high]);
}

function numberIn(row: Row, id: string): number | null {
  const value = cellOf(row, id);
  return typeof value === 'number' ? value : null;
}

/** The time, often enough for "3 min ago". */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now() / 1000), 15_000);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}
