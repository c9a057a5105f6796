/** The head of the table: headings, names that sort, edges that are dragged. */

import { useRef, useState, type PointerEvent, type ReactNode } from 'react';

import { BANDS, bandsOf, isSortable, type TableColumn } from './columns';
import { shortened } from '../parts/values';

const LEAST_WIDTH = 44;
const DRAGGED_FROM = 6; // pixels

export interface HeadProps {
  columns: readonly TableColumn[];
  nameWidth: number;
  before: number;
  after: number;
  orderBy: string;
  /** Whether all runs, some or none are chosen. */
  chosen: 'all' | 'some' | 'none';
  onOrder(orderBy: string): void;
  onWidth(id: string, width: number | null): void;
  onFit(id: string): void;
  onMove(id: string, before: string | null): void;
  onAll(): void;
}

export function TableHead(props: HeadProps): ReactNode {
  const { columns, nameWidth, before, after, orderBy, onOrder } = props;
  const drag = useDrag(props.onMove);
  return (
    <>
      <div className="nbm-bands nbm-row" aria-hidden="true">
        <div className="nbm-name nbm-cell" style={{ width: nameWidth }} />
        <div style={{ width: before, flex: 'none' }} />
        {bandsOf(columns).map(({ band, columns: own }) => (
          <div
            key={`${band} ${own[0]?.id}`}
            className="nbm-band"
            style={{ width: own.reduce((sum, column) => sum + column.width, 0) }}
          >
            <span>{BANDS[band]}</span>
          </div>
        ))}
        <div style={{ width: after, flex: 'none' }} />
      </div>
      <div className="nbm-head nbm-row" role="row" aria-rowindex={1}>
        <div className="nbm-cell nbm-name nbm-head-cell" role="columnheader" style={{ width: nameWidth }}>
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label="Choose all runs that were found"
            title="Choose all that were found"
            checked={props.chosen === 'all'}
            ref={box => {
              if (box) {
                box.indeterminate = props.chosen === 'some';
              }
            }}
            onChange={props.onAll}
          />
          <HeadButton id="name" title="run" orderBy={orderBy} onOrder={onOrder} />
          <Edge id="name" width={nameWidth} {...props} />
        </div>
        <div style={{ width: before, flex: 'none' }} />
        {columns.map(column => (
          <HeadCell key={column.id} column={column} drag={drag} {...props} />
        ))}
        <div style={{ width: after, flex: 'none' }} />
      </div>
    </>
  );
}

type Drag = ReturnType<typeof useDrag>;

function HeadCell({ column, drag, ...props }: HeadProps & { column: TableColumn; drag: Drag }): ReactNode {
  const sort = [column.id, `-${column.id}`].indexOf(props.orderBy);
  const names = ['nbm-cell nbm-head-cell'];
  names.push(column.numeric ? 'nbm-number' : '', column.band === 'params' ? 'nbm-code' : '');
  names.push(drag.over === column.id ? 'nbm-drop' : '', drag.dragged === column.id ? 'nbm-dragged' : '');
  return (
    <div
      className={names.filter(Boolean).join(' ')}
      style={{ width: column.width }}
      role="columnheader"
      aria-sort={sort === -1 ? 'none' : sort ? 'descending' : 'ascending'}
      data-column={column.id}
      {...drag.on(column.id)}
    >
      {isSortable(column) ? (
        <HeadButton
          id={column.id}
          title={column.title}
          better={column.info?.direction ?? null}
          orderBy={props.orderBy}
          onOrder={orderBy => !drag.justDropped() && props.onOrder(orderBy)}
        />
      ) : (
        <span title={column.title}>{shortened(column.title, 28)}</span>
      )}
      <Edge id={column.id} width={column.width} {...props} />
    </div>
  );
}

interface ButtonProps {
  id: string;
  title: string;
  orderBy: string;
  better?: 'max' | 'min' | null;
  onOrder(orderBy: string): void;
}

/** Sorts: the best first, then the other way, then as it was. */
function HeadButton({ id, title, orderBy, better, onOrder }: ButtonProps): ReactNode {
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
      title={`${title}${better ? `, ${word}` : ''}. Click to sort, drag to move.`}
      onClick={() => onOrder(ways[at + 1] ?? '')}
    >
      {shortened(title, 28)}
      {better && <span className="nbm-faint"> {better === 'max' ? '↑' : '↓'}</span>}
      {sorted}
    </button>
  );
}

interface EdgeProps {
  id: string;
  width: number;
  onWidth(id: string, width: number | null): void;
  onFit(id: string): void;
}

/** The right edge of a head: dragged, it makes the column wider; a double click makes it as wide as what it holds. */
function Edge({ id, width, onWidth, onFit }: EdgeProps): ReactNode {
  const start = useRef<{ x: number; width: number } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLSpanElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { x: event.clientX, width };
    event.stopPropagation();
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (start.current) {
      onWidth(id, Math.max(LEAST_WIDTH, Math.round(start.current.width + event.clientX - start.current.x)));
    }
  };
  return (
    <span
      className="nbm-edge"
      aria-hidden="true"
      title="Drag to resize, double click to fit"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => (start.current = null)}
      onPointerCancel={() => (start.current = null)}
      onDoubleClick={event => {
        event.stopPropagation();
        onFit(id);
      }}
    />
  );
}

interface DragHandlers {
  onPointerDown(event: PointerEvent<HTMLElement>): void;
  onPointerMove(event: PointerEvent<HTMLElement>): void;
  onPointerUp(event: PointerEvent<HTMLElement>): void;
  onPointerCancel(): void;
}

/** Heads that are dragged to another place. */
function useDrag(onMove: (id: string, before: string | null) => void): {
  dragged: string | null;
  over: string | null;
  justDropped(): boolean;
  on(id: string): DragHandlers;
} {
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const start = useRef<{ id: string; x: number } | null>(null);
  const dropped = useRef(false);
  const end = (): void => {
    start.current = null;
    setDragged(null);
    setOver(null);
  };
  const on = (id: string): DragHandlers => ({
    onPointerDown(event) {
      dropped.current = false;
      if (event.button === 0) {
        start.current = { id, x: event.clientX };
      }
    },
    onPointerMove(event) {
      const from = start.current;
      if (!from || (dragged === null && Math.abs(event.clientX - from.x) < DRAGGED_FROM)) {
        return;
      }
      if (dragged === null) {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragged(from.id);
      }
      setOver(headAt(event) ?? null);
    },
    onPointerUp(event) {
      if (dragged !== null) {
        dropped.current = true;
        const before = headAt(event);
        if (before !== undefined && before !== dragged) {
          onMove(dragged, before);
        }
      }
      end();
    },
    onPointerCancel: end
  });
  return { dragged, over, on, justDropped: () => dropped.current };
}

/** The column before whose head the pointer is; undefined where there is none. */
function headAt(event: PointerEvent<HTMLElement>): string | undefined {
  const heads = [...(event.currentTarget.parentElement?.querySelectorAll<HTMLElement>('[data-column]') ?? [])];
  return heads.find(head => {
    const box = head.getBoundingClientRect();
    return event.clientX >= box.left && event.clientX < box.right;
  })?.dataset.column;
}
