/** One run in the panel: what tells most in two or three short lines. */

import type { ReactNode } from 'react';

import type { ColumnInfo, Row } from '../shared/contract/rows';
import { formatMoment, formatRelative, type columnFormat } from '../shared/parts/numbers';
import { Doubt, Findings, RunId, Status, Verdict } from '../shared/parts/Status';
import { asNumber, shortened, valueText } from '../shared/parts/values';
import { durationText, nameOf } from '../shared/runs/columns';

type Format = ReturnType<typeof columnFormat>;

export interface RunItemProps {
  row: Row;
  now: number;
  metrics: readonly ColumnInfo[];
  formats: readonly Format[];
  params: readonly ColumnInfo[];
  /** Whether the runs around it are of several experiments. */
  several: boolean;
  chosen: boolean;
  open: boolean;
  onChoose(): void;
  onOpen(): void;
  /** Leads to the run's own page. */
  onPage(): void;
  /** Shows the cell that made it; absent where none did. */
  onCell?: (() => void) | undefined;
  /** What stands under it while it is open. */
  children?: ReactNode;
}

export function RunItem(props: RunItemProps): ReactNode {
  const { row, now, metrics, formats, params, several, chosen, open } = props;
  const name = nameOf(row);
  return (
    <li data-run={row.id} className={[open ? 'nbm-open' : '', chosen ? 'nbm-list-chosen' : ''].join(' ').trim()}>
      <div className="nbm-list-line">
        <input type="checkbox" checked={chosen} aria-label={`Choose ${name}`} onChange={props.onChoose} />
        <Status status={row.status} />
        <button
          type="button"
          className="nbm-list-name"
          aria-expanded={open}
          title={row.note || name}
          onClick={props.onOpen}
        >
          {name}
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
        {props.onCell && (
          <button type="button" className="nbm-link" title="Show the cell that made it" onClick={props.onCell}>
            cell
          </button>
        )}
        <button type="button" className="nbm-link" title="Open the run in a tab (o)" onClick={props.onPage}>
          open
        </button>
      </div>
      {props.children}
    </li>
  );
}

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
