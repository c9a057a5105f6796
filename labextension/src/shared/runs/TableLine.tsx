/** A line of the table: a run, a group of runs, or the place of one that is not read yet. */

import { memo, useRef, type MouseEvent, type ReactNode } from 'react';

import type { Row, RunGroup } from '../contract/rows';
import type { Mark } from '../parts/colours';
import { countOf, MISSING } from '../parts/numbers';
import { Doubt, Findings, RunId, Standing, Verdict } from '../parts/Status';
import { Swatch } from '../parts/Swatch';
import { cellOf, shortened, valueText } from '../parts/values';
import { contentOf, groupParts, groupText, isTimed, meanText, meanTitle } from './cells';
import { nameOf, type Format, type TableColumn } from './columns';

export interface NameProps {
  width: number;
  checked: boolean;
  mark: Mark | undefined;
  apart: string | undefined;
  /** Whether the line is opened; null where there is nothing to open. */
  open: boolean | null;
  onToggle(event: MouseEvent): void;
  onOpen(): void;
  onUnfold(): void;
}

export function NameCell({ row, ...props }: NameProps & { row: Row | undefined }): ReactNode {
  const { width, apart } = props;
  if (!row) {
    return <div className="nbm-cell nbm-name nbm-waits" role="rowheader" style={{ width }} />;
  }
  return (
    <div className={`nbm-cell nbm-name${row.inside ? ' nbm-inside' : ''}`} role="rowheader" style={{ width }}>
      <Check label={`Choose ${nameOf(row)}`} checked={props.checked} onToggle={props.onToggle} />
      <Swatch mark={props.mark} />
      <span className="nbm-label" title={row.note || nameOf(row)} onClick={props.onOpen}>
        {nameOf(row)}
      </span>
      {row.alike > 1 && (
        <Twist
          open={props.open}
          text={`×${row.alike}`}
          title={`${row.alike} identical runs: the same source, data and parameters`}
          onUnfold={props.onUnfold}
        />
      )}
      <RunId id={row.id} />
      <Standing row={row} apart={apart} />
      {row.doubts.length === 0 && <Doubt row={row} />}
    </div>
  );
}

export function GroupNameCell({
  group,
  telling,
  ...props
}: Omit<NameProps, 'mark' | 'apart' | 'onOpen'> & { group: RunGroup; telling(column: string): boolean }): ReactNode {
  const text = groupText(group, telling);
  const out = group.runs - group.counted;
  return (
    <div className="nbm-cell nbm-name" role="rowheader" style={{ width: props.width }}>
      <Check label={`Choose the runs of ${text}`} checked={props.checked} onToggle={props.onToggle} />
      <Twist open={props.open} text="" title={props.open ? 'Close' : 'Show its runs'} onUnfold={props.onUnfold} />
      <span className="nbm-label" title={text} onClick={props.onUnfold}>
        <GroupLabel parts={groupParts(group, telling)} text={text} />
      </span>
      <span
        className="nbm-faint nbm-small nbm-group-count"
        title={out ? `${countOf(out, 'run')} not finished, or not counted: no part of the means` : undefined}
      >
        {countOf(group.runs, 'run')}
        {out ? `, ${group.counted} counted` : ''}
      </span>
    </div>
  );
}

/** Of one name and value the name gives way where there is little room: the value tells groups apart. */
function GroupLabel({ parts, text }: { parts: readonly (readonly [string, string])[]; text: string }): ReactNode {
  const [only, ...others] = parts;
  if (!only || others.length) {
    return text;
  }
  return (
    <span className="nbm-group-label">
      <span>{only[0]}</span>
      <span>{` ${only[1]}`}</span>
    </span>
  );
}

interface CheckProps {
  label: string;
  checked: boolean;
  onToggle(event: MouseEvent): void;
}

function Check({ label, checked, onToggle }: CheckProps): ReactNode {
  return (
    <input
      type="checkbox"
      tabIndex={-1}
      checked={checked}
      aria-label={label}
      onClick={event => {
        event.stopPropagation();
        onToggle(event);
      }}
      onDoubleClick={event => event.stopPropagation()}
      onChange={() => undefined}
    />
  );
}

interface TwistProps {
  open: boolean | null;
  text: string;
  title: string;
  onUnfold(): void;
}

function Twist({ open, text, title, onUnfold }: TwistProps): ReactNode {
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`nbm-unfold${open ? ' nbm-unfold-open' : ''}`}
      title={title}
      aria-label={title}
      aria-expanded={open ?? false}
      onDoubleClick={event => event.stopPropagation()}
      onClick={event => {
        event.stopPropagation();
        onUnfold();
      }}
    >
      {text}
      <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true">
        <path d="M2 1 6 4 2 7" fill="none" stroke="currentColor" strokeWidth="1.5" />
      </svg>
    </button>
  );
}

interface CellProps {
  row: Row | undefined;
  column: TableColumn;
  format: Format | undefined;
  now: number;
  apart: boolean;
}

export const Cell = memo(function Cell({ row, column, format, now, apart }: CellProps): ReactNode {
  const style = { width: column.width };
  const side = column.numeric ? ' nbm-number' : '';
  const content = row && contentOf(row, column, format, now);
  const flash = useFlash(row?.id, row && valueOf(row, column));
  if (!row || !content) {
    return <div className={`nbm-cell nbm-waits${side}`} style={style} role="gridcell" />;
  }
  if (column.band === 'checks') {
    return (
      <div className="nbm-cell" style={style} role="gridcell">
        {column.id === 'verdict' ? <Verdict verdict={row.verdict} /> : <Findings row={row} />}
      </div>
    );
  }
  const best = content.best && !apart;
  const names = ['nbm-cell', side.trim(), content.text === MISSING ? 'nbm-faint' : '', best ? 'nbm-best' : ''];
  names.push(content.odd ? 'nbm-odd' : '', column.band === 'data' ? 'nbm-mono' : '', flash);
  return (
    <div className={names.filter(Boolean).join(' ')} style={style} role="gridcell" title={content.title}>
      {best && <span aria-label="best">★ </span>}
      {content.text}
    </div>
  );
});

/** What a cell shows, as it was logged: a column that needs another decimal is no news. */
function valueOf(row: Row, column: TableColumn): string | undefined {
  return column.info ? JSON.stringify(cellOf(row, column.id)) : isTimed(column) ? undefined : contentOf(row, column, undefined, 0).text;
}

/** A class that lets a cell light up when its value has changed while it showed the same run. */
function useFlash(id: string | undefined, value: string | undefined): string {
  const was = useRef({ id, value, count: 0 });
  if (was.current.id !== id) {
    was.current = { id, value, count: 0 };
  } else if (was.current.value !== value) {
    was.current = { id, value, count: was.current.count + 1 };
  }
  const { count } = was.current;
  return count ? `nbm-flash-${count % 2}` : ''; // two names in turn, so that it begins anew
}

interface GroupCellProps {
  group: RunGroup;
  column: TableColumn;
  format: Format | undefined;
}

export const GroupCell = memo(function GroupCell({ group, column, format }: GroupCellProps): ReactNode {
  const style = { width: column.width };
  const side = column.numeric ? ' nbm-number' : '';
  const mean = column.band === 'metrics' && column.info ? group.metrics[column.info.key] : undefined;
  if (mean && format) {
    const { mean: text, sd } = meanText(mean, format);
    return (
      <div
        className={`nbm-cell${side}${mean.best ? ' nbm-best' : ''}`}
        style={style}
        role="gridcell"
        title={meanTitle(mean, group)}
      >
        {mean.best && <span aria-label="best">★ </span>}
        {text}
        {sd && <span className="nbm-sd"> ± {sd}</span>}
      </div>
    );
  }
  const value = group.values[column.id];
  const text = typeof value === 'number' && format ? format(value) : valueText(value);
  return (
    <div className={`nbm-cell${side}`} style={style} role="gridcell" title={text || undefined}>
      {shortened(text)}
    </div>
  );
});

/** For who measures how wide a column must be. */
export function plainText(row: Row, column: TableColumn, format: Format | undefined, now: number): string {
  if (column.band === 'checks') {
    return column.id === 'verdict' ? `✓ ${row.verdict ?? ''}` : row.findings.map(finding => finding.code).join(' ');
  }
  return cellOf(row, column.id) === undefined && column.info ? MISSING : contentOf(row, column, format, now).text;
}
