/** The table of runs: lines and columns are drawn only where they are seen. */

import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, type MouseEvent, type ReactNode } from 'react';

import type { Row } from '../contract/rows';
import type { Mark } from '../parts/colours';
import { isTimed } from './cells';
import type { Format, TableColumn } from './columns';
import { fittingWidth } from './fit';
import { useFormats } from './formats';
import { nameOfLine, type Line, type Lines } from './lines';
import { TableHead } from './TableHead';
import { Cell, GroupCell, GroupNameCell, NameCell } from './TableLine';
import { useKeys } from './useKeys';
import { useNow } from './useNow';
import type { Selection } from './useSelection';

const LINE_HEIGHT = 30;
const HEAD_HEIGHT = 52;
const MOST_LINES_SEEN = 14;
const BESIDE = 17; // the scroll bar, and the border
const OVERSCAN = 8;
const NARROW = 600;
/** A browser can't lay out more pixels than this; beyond it rows are reached by a filter. */
const MOST_PIXELS = 15_000_000;

export interface RunTableProps {
  lines: Lines;
  /** How many runs they stand for. */
  runs: number;
  /** Tells one query from another: the next one begins at its top. */
  queryKey: string | null;
  shift: { by: number };
  columns: readonly TableColumn[];
  nameWidth: number;
  orderBy: string;
  selection: Selection;
  opened: readonly string[];
  marks: ReadonlyMap<string, Mark>;
  stale: boolean;
  /** By id, why a run is not ranked with the others, beside its own doubts. */
  apart: Readonly<Record<string, string>>;
  onOrder(orderBy: string): void;
  onOpen(row: Row): void;
  onUnfold(line: Line): void;
  onNeed(first: number, last: number): void;
  onWidth(id: string, width: number | null): void;
  onMove(id: string, before: string | null): void;
}

export function RunTable(props: RunTableProps): ReactNode {
  const { lines, columns, selection, marks, onNeed } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const narrow = width < NARROW;
  const nameWidth = Math.min(props.nameWidth, Math.round(width * (narrow ? 0.48 : 0.6)));
  const [active, setActive] = useState(0);

  const vertical = useVirtualizer({
    count: Math.min(lines.length, Math.floor(MOST_PIXELS / LINE_HEIGHT)),
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
    overscan: OVERSCAN
  });
  const horizontal = useVirtualizer({
    count: columns.length,
    horizontal: true,
    getScrollElement: () => scroller.current,
    estimateSize: at => columns[at]?.width ?? 100,
    overscan: 3
  });
  const widths = columns.map(column => column.width).join(' ');
  useLayoutEffect(() => horizontal.measure(), [horizontal, widths]); // which draws all once more

  const items = vertical.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items[items.length - 1]?.index ?? 0];
  useEffect(() => onNeed(first, last), [onNeed, first, last, lines.length]);
  usePlace(scroller, props.queryKey, props.shift, by => setActive(at => (by ? at + by : 0)));

  const across = horizontal.getVirtualItems();
  const before = across[0]?.start ?? 0;
  const after = horizontal.getTotalSize() - (across[across.length - 1]?.end ?? 0);
  const seen = across.flatMap(item => columns[item.index] ?? []);
  const formats = useFormats(lines, seen);
  const running = items.some(item => lines[item.index]?.row?.status === 'RUNNING');
  const now = useNow(running);
  const at = Math.min(active, Math.max(0, lines.length - 1));

  const move = (to: number): number => {
    const next = Math.max(0, Math.min(lines.length - 1, to));
    setActive(next);
    vertical.scrollToIndex(next);
    return next;
  };
  const onKeyDown = useKeys({ ...props, at, move, page: Math.max(1, items.length - 2 * OVERSCAN - 2), scroller });
  const choose = (place: number, event: MouseEvent): void => {
    setActive(place);
    if (event.shiftKey) {
      selection.extend(place);
    } else {
      selection.toggle(place);
    }
  };
  const press = (place: number, event: MouseEvent): void => {
    setActive(place);
    if (event.shiftKey || event.ctrlKey || event.metaKey) {
      choose(place, event);
    } else {
      selection.begin(place);
    }
  };
  const fit = (id: string): void =>
    props.onWidth(id, fittingWidth(id, columns, items.map(item => lines[item.index]), formats, now));

  const grouped = items.some(item => lines[item.index]?.group !== undefined);
  const tree = grouped || lines.some(line => line?.row && line.row.alike > 1);
  const telling = (column: string): boolean => columns.some(one => one.id === column);
  const height = Math.min(lines.length, MOST_LINES_SEEN) * LINE_HEIGHT + HEAD_HEIGHT + BESIDE;
  const current = lines[at];
  return (
    <div
      ref={scroller}
      className={`nbm-table${narrow ? ' nbm-narrow' : ''}${props.stale ? ' nbm-stale' : ''}`}
      style={{ height, ['--nbm-name-width' as string]: `${nameWidth}px` }}
      role={tree ? 'treegrid' : 'grid'}
      aria-label="Runs"
      aria-rowcount={lines.length + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={current && `nbm-row-${nameOfLine(current)}`}
      tabIndex={0}
      data-lm-suppress-shortcuts="true"
      onKeyDown={onKeyDown}
    >
      <TableHead
        columns={seen}
        nameWidth={nameWidth}
        before={before}
        after={after}
        orderBy={props.orderBy}
        chosen={!selection.chosen.size ? 'none' : selection.chosen.size >= props.runs ? 'all' : 'some'}
        onOrder={props.onOrder}
        onWidth={props.onWidth}
        onFit={fit}
        onMove={props.onMove}
        onAll={selection.all}
      />
      <div role="rowgroup" style={{ height: vertical.getTotalSize(), position: 'relative' }}>
        {items.map(item => {
          const line = lines[item.index];
          const chosen = line !== undefined && selection.holds(line);
          const opens = line && (line.group !== undefined || line.row.alike > 1);
          const open = opens ? isOpen(line, props.opened) : null;
          const name = {
            width: nameWidth,
            checked: chosen,
            open,
            onToggle: (event: MouseEvent) => choose(item.index, event),
            onUnfold: () => line && props.onUnfold(line)
          };
          return (
            <div
              key={item.index}
              id={line && `nbm-row-${nameOfLine(line)}`}
              className={lineClass(line, chosen, item.index === at)}
              role="row"
              aria-rowindex={item.index + 2}
              aria-level={tree ? (line?.row?.inside ? 2 : 1) : undefined}
              aria-expanded={tree && open !== null ? open : undefined}
              aria-selected={line ? chosen : undefined}
              style={{ transform: `translateY(${item.start}px)`, height: LINE_HEIGHT }}
              onMouseDown={event => event.shiftKey && event.preventDefault()} // which would choose the text
              onClick={event => press(item.index, event)}
              onDoubleClick={() => line?.row && props.onOpen(line.row)}
            >
              {line?.group ? (
                <GroupNameCell group={line.group} telling={telling} {...name} />
              ) : (
                <NameCell
                  row={line?.row}
                  mark={line && marks.get(line.row.id)}
                  apart={line && props.apart[line.row.id]}
                  onOpen={() => line && props.onOpen(line.row)}
                  {...name}
                />
              )}
              <div style={{ width: before, flex: 'none' }} />
              {seen.map(column => cellOfLine(line, column, formats, now, props.apart))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function cellOfLine(
  line: Line | undefined,
  column: TableColumn,
  formats: ReadonlyMap<string, Format>,
  now: number,
  apart: Readonly<Record<string, string>>
): ReactNode {
  const format = formats.get(column.id);
  if (line?.group) {
    return <GroupCell key={column.id} group={line.group} column={column} format={format} />;
  }
  return (
    <Cell
      key={column.id}
      row={line?.row}
      column={column}
      format={format}
      now={isTimed(column) ? now : 0}
      apart={line !== undefined && apart[line.row.id] !== undefined}
    />
  );
}

function isOpen(line: Line, opened: readonly string[]): boolean {
  return line.group ? line.group.open : opened.includes(line.row.id);
}

function lineClass(line: Line | undefined, chosen: boolean, active: boolean): string {
  const names = ['nbm-row', 'nbm-line'];
  const row = line?.row;
  names.push(active ? 'nbm-active' : '', chosen ? 'nbm-chosen' : '', line?.group ? 'nbm-group' : '');
  names.push(row && (row.doubts.length || row.status !== 'FINISHED') ? 'nbm-out' : '');
  return names.filter(Boolean).join(' ');
}

/** How wide an element is. */
function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(1000);
  useLayoutEffect(() => {
    const watched = element.current;
    if (!watched) {
      return;
    }
    const read = (): void => setWidth(watched.clientWidth || 1000);
    const observer = new ResizeObserver(read);
    observer.observe(watched);
    read();
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** Another query begins at the top; news that came in above what is seen leave it where it is. */
function usePlace(
  scroller: { current: HTMLDivElement | null },
  key: string | null,
  shift: { by: number },
  onShift: (by: number) => void
): void {
  const last = useRef(key);
  useLayoutEffect(() => {
    if (last.current !== key && scroller.current) {
      scroller.current.scrollTop = 0;
      onShift(0);
    }
    last.current = key;
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  useLayoutEffect(() => {
    const table = scroller.current;
    if (table && shift.by) {
      onShift(shift.by);
      if (table.scrollTop > LINE_HEIGHT / 2) {
        table.scrollTop += shift.by * LINE_HEIGHT;
      }
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [shift]);
}

