/** The runs of a notebook in a narrow panel: two lines each, what tells most first. */

import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

import { durationText, nameOf, rankedMetrics } from '../shared/runs/columns';
import type { Query } from '../shared/contract/queries';
import type { ColumnInfo, Row } from '../shared/contract/rows';
import { Details } from '../shared/run/Details';
import { columnFormat, countOf, formatMoment, formatRelative } from '../shared/parts/numbers';
import type { RunSource } from '../shared/source';
import { Failure, NoneFit, NoRuns, Skeleton } from '../shared/parts/States';
import { Doubt, Findings, RunId, Status, Verdict } from '../shared/parts/Status';
import { usePages } from '../shared/runs/usePages';
import { asNumber, shortened, valueText } from '../shared/parts/values';

const METRICS = 3;
const PARAMS = 4;
const STRETCH = 100;

export interface RunListProps {
  source: RunSource;
  /** Which runs. */
  scope: Query;
  /** The notebook's name. */
  caption: string;
  /** Cells of the notebook that is open. */
  cells: ReadonlySet<string>;
  /** Shows a cell. */
  onCell(id: string): void;
  /** Shows the same runs as a table. */
  onTable(): void;
}

export function RunList({ source, scope, caption, cells, onCell, onTable }: RunListProps): ReactNode {
  const [text, setText] = useState('');
  const [open, setOpen] = useState<string | null>(null);
  const words = useSettled(text);
  const pages = usePages(source, words ? { ...scope, text: words } : scope);
  const now = useNow();
  const list = useRef<HTMLUListElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const metrics = useMemo(() => rankedMetrics(pages.columns).slice(0, METRICS), [pages.columns]);
  const params = useMemo(() => tellingParams(pages.columns), [pages.columns]);
  const formats = useMemo(() => metrics.map(info => formatOf(info, pages.rows)), [metrics, pages.rows]);
  const known = pages.rows.filter(row => row !== undefined);
  const several = new Set(known.map(row => row.experiment)).size > 1;

  const onKeyDown = (event: KeyboardEvent): void => {
    const typing = event.target === field.current;
    if (event.key === '/' && !typing) {
      field.current?.focus();
    } else if (event.key === 'Escape' && (open !== null || text)) {
      setOpen(null);
      setText('');
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      moveFocus(list.current, event.key === 'ArrowDown' ? 1 : -1);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="nbm-app nbm-list" onKeyDown={onKeyDown} data-lm-suppress-shortcuts="true">
      <div className="nbm-list-head">
        <strong title={caption}>{caption}</strong>
        <span className="nbm-faint">{pages.empty ? '' : countOf(pages.rows.length, 'run')}</span>
        <button type="button" className="nbm-link" disabled={!known.length} onClick={onTable}>
          Table
        </button>
      </div>
      <input
        ref={field}
        className="nbm-field"
        type="search"
        value={text}
        placeholder="Find a run"
        aria-label="Find in names, tags and parameters"
        onChange={event => setText(event.target.value)}
      />
      {pages.error && <Failure error={pages.error} onRetry={pages.retry} />}
      {pages.empty ? (
        !pages.error && <Skeleton lines={8} />
      ) : !pages.rows.length ? (
        words ? (
          <NoneFit onClear={() => setText('')} />
        ) : (
          <NoRuns made={pages.made} />
        )
      ) : (
        <ul ref={list} className={pages.stale ? 'nbm-stale' : ''}>
          {known.map(row => (
            <li key={row.id} className={open === row.id ? 'nbm-open' : ''}>
              <div className="nbm-list-line">
                <Status status={row.status} />
                <button
                  type="button"
                  className="nbm-list-name"
                  aria-expanded={open === row.id}
                  title={row.note || nameOf(row)}
                  onClick={() => setOpen(open === row.id ? null : row.id)}
                >
                  {nameOf(row)}
                </button>
                <RunId id={row.id} />
                <time className="nbm-faint" title={formatMoment(row.started)}>
                  {formatRelative(row.started, now)}
                </time>
              </div>
              <div className="nbm-list-line nbm-list-facts">
                {row.status !== 'FINISHED' && !row.error && <Status status={row.status} />}
                {metrics.map((info, at) => (
                  <MetricFact key={info.key} info={info} row={row} format={formats[at]} />
                ))}
                {row.status !== 'RUNNING' && row.error && (
                  <span className="nbm-list-error" title={row.error}>
                    {shortened(row.error, 80)}
                  </span>
                )}
                <Doubt row={row} />
                <Verdict verdict={row.verdict} />
                <Findings row={row} />
              </div>
              <div className="nbm-list-line nbm-list-facts nbm-faint">
                {params.map(info => (
                  <ParamFact key={info.key} info={info} row={row} />
                ))}
                {several && <span>{row.experiment}</span>}
                <span>{durationText(row, now)}</span>
                {row.cell_id !== null && cells.has(row.cell_id) && (
                  <button
                    type="button"
                    className="nbm-link"
                    title="Show the cell that made it"
                    onClick={() => onCell(row.cell_id ?? '')}
                  >
                    cell
                  </button>
                )}
              </div>
              {open === row.id && <Details source={source} id={row.id} onClose={() => setOpen(null)} />}
            </li>
          ))}
          {known.length < pages.rows.length && (
            <li className="nbm-list-more">
              <button
                type="button"
                className="nbm-link"
                onClick={() => pages.need(known.length, known.length + STRETCH - 1)}
              >
                Show {Math.min(STRETCH, pages.rows.length - known.length)} more
              </button>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

type Format = ReturnType<typeof columnFormat>;

function MetricFact({ info, row, format }: { info: ColumnInfo; row: Row; format: Format | undefined }): ReactNode {
  const value = asNumber(row.metrics[info.key]);
  if (value === null || !format) {
    return null;
  }
  const best = value === info.best && row.status === 'FINISHED' && !row.doubts.length;
  return (
    <span className={best ? 'nbm-best' : ''} title={`${info.key} ${value}${best ? ', the best of these runs' : ''}`}>
      <span className="nbm-faint">{shortened(info.key, 24)}</span>{' '}
      <b>
        {best && <span aria-label="best">★ </span>}
        {format(value)}
      </b>
    </span>
  );
}

function ParamFact({ info, row }: { info: ColumnInfo; row: Row }): ReactNode {
  const value = row.params[info.key];
  if (value === undefined) {
    return null;
  }
  const text = valueText(value);
  return (
    <span title={`${info.key} = ${text}`}>
      {shortened(info.key, 24)} <span className="nbm-list-value">{shortened(text, 20)}</span>
    </span>
  );
}

/** Parameters that somebody chose: those that are not the same in all runs, or just the first. */
function tellingParams(infos: readonly ColumnInfo[]): ColumnInfo[] {
  const chosen = infos.filter(info => info.group === 'params' && info.chosen);
  const differing = chosen.filter(info => info.differs && info.value === null);
  return (differing.length ? differing : chosen).slice(0, PARAMS);
}

function formatOf(info: ColumnInfo, rows: readonly (Row | undefined)[]): Format {
  const values = rows.flatMap(row => (row ? [asNumber(row.metrics[info.key])] : []));
  return columnFormat(values);
}

function moveFocus(list: HTMLUListElement | null, by: number): void {
  const names = [...(list?.querySelectorAll<HTMLElement>('.nbm-list-name') ?? [])];
  const at = names.indexOf(document.activeElement as HTMLElement);
  names[Math.max(0, Math.min(names.length - 1, at + by))]?.focus();
}

/** A text once nobody has typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text.trim()), 150);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}

function useNow(): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now() / 1000), 10_000);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}
