/** What spreads over all runs of a query: scatter, parallel coordinates, and what a metric depends on. */

import { useMemo, useState, type ReactNode } from 'react';

import type { Query } from '../contract/queries';
import type { ColumnInfo } from '../contract/rows';
import type { SpreadColumn } from '../contract/spread';
import { useAnswer } from '../parts/useAnswer';
import { useHost } from '../host';
import { countOf, formatNumber } from '../parts/numbers';
import { Failure, NoRuns, Skeleton } from '../parts/States';
import { rankedMetrics } from '../runs/columns';
import { AxisChooser, ColumnChoice } from './ColumnChoice';
import { axisOf, columnLabel } from './axis';
import { Importance } from './Importance';
import { Parallel } from './Parallel';
import { Scatter } from './Scatter';
import { Views } from './Views';
import { SPREAD_VIEWS, usualChoice, type SpreadChoice, type SpreadView } from './choice';

export interface SpreadProps {
  /** Which runs. */
  query: Query;
  selected: readonly string[];
  onSelect(ids: string[]): void;
  /** What is shown, where the host chooses that; else it is chosen here. */
  view?: SpreadView;
  onView?(view: SpreadView): void;
}

export function Spread({ query, selected, onSelect, ...hosted }: SpreadProps): ReactNode {
  const { source } = useHost();
  const [own, setOwn] = useState<SpreadView>('scatter');
  const [view, setView] = [hosted.view ?? own, hosted.onView ?? setOwn];
  const [chosen, setChosen] = useState<Partial<SpreadChoice>>({});
  const [logs, setLogs] = useState<ReadonlyMap<string, boolean>>(new Map());
  const scope = useMemo(() => restricting(query), [JSON.stringify(restricting(query))]);
  const page = useAnswer(source, 'page', { query: { ...scope, limit: 0 } });
  const infos = page.answer?.columns ?? [];
  const choice = useMemo(() => ({ ...usualChoice(infos, view), ...chosen }), [infos, view, chosen]);
  const columns = useMemo(() => wanted(view, choice), [view, choice]);
  const asked = useAnswer(source, 'spread', page.answer && columns.length ? { query: scope, columns } : null);
  const error = page.error ?? (view === 'importance' ? null : asked.error);
  if (error) {
    return <Failure error={error} onRetry={page.error ? page.retry : asked.retry} />;
  }
  if (!page.answer) {
    return <Skeleton />;
  }
  if (!page.answer.total) {
    return <NoRuns made={page.answer.made} />;
  }
  const put = (part: Partial<SpreadChoice>): void => setChosen(before => ({ ...before, ...part }));
  const runs = asked.answer;
  const column = (id: string): SpreadColumn | undefined => runs?.columns.find(one => one.id === id);
  const [x, y] = [column(choice.x), column(choice.y)];
  const log = (id: string, on: boolean): void => setLogs(before => new Map(before).set(id, on));
  return (
    <section className={`nbm-sp${asked.stale && view !== 'importance' ? ' nbm-stale' : ''}`} aria-label="Over all runs">
      <div className="nbm-bar">
        {!hosted.view && <Views label="View" views={SPREAD_VIEWS} view={view} onView={setView} />}
        <Choices view={view} choice={choice} infos={infos} put={put} />
        {view === 'scatter' && <LogChoice columns={[x, y]} logs={logs} onLog={log} />}
      </div>
      {view === 'importance' && (
        <Importance
          query={scope}
          metric={choice.metric}
          direction={infos.find(info => info.group === 'metrics' && info.key === choice.metric)?.direction ?? null}
          onPick={key => {
            put({ x: `params.${key}`, y: `metrics.${choice.metric}` });
            setView('scatter');
          }}
        />
      )}
      {view === 'scatter' &&
        (runs && x && y ? (
          <Scatter
            runs={runs}
            x={x}
            y={y}
            colour={column(choice.colour)}
            size={column(choice.size)}
            logX={logs.get(x.id)}
            logY={logs.get(y.id)}
            selected={selected}
            onSelect={onSelect}
          />
        ) : (
          <div className="nbm-waits nbm-sp-waits" aria-busy="true" />
        ))}
      {view === 'parallel' &&
        (runs ? (
          <Parallel
            runs={runs}
            columns={choice.axes.flatMap(id => column(id) ?? [])}
            colour={column(choice.colour)}
            logs={logs}
            selected={selected}
            onSelect={onSelect}
            onLog={log}
            onOrder={axes => put({ axes })}
          />
        ) : (
          <div className="nbm-waits nbm-sp-waits" aria-busy="true" />
        ))}
      {selected.length > 0 && view !== 'importance' && (
        <p className="nbm-small nbm-sp-passed">
          {countOf(selected.length, 'run')} chosen.
          <button type="button" className="nbm-link" onClick={() => onSelect([])}>
            clear
          </button>
        </p>
      )}
      {runs && runs.total > runs.ids.length && view !== 'importance' && (
        <p className="nbm-faint nbm-small">
          The first {formatNumber(runs.ids.length)} of {countOf(runs.total, 'run')}.
        </p>
      )}
    </section>
  );
}

/** What restricts the runs; how a table folds, groups and cuts them is nothing to all of them at once. */
function restricting({ experiment, notebook, cells, cell, ids, where, text, deleted }: Query): Query {
  const parts = { experiment, notebook, cells, cell, ids, where, text, deleted };
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as Query;
}

function wanted(view: SpreadView, { x, y, colour, size, axes }: SpreadChoice): string[] {
  const ids = view === 'scatter' ? [x, y, colour, size] : view === 'parallel' ? [...axes, colour] : [];
  return [...new Set(ids.filter(Boolean))].sort(); // axes in another order are no other question
}

interface ChoicesProps {
  view: SpreadView;
  choice: SpreadChoice;
  infos: readonly ColumnInfo[];
  put(part: Partial<SpreadChoice>): void;
}

function Choices({ view, choice, infos, put }: ChoicesProps): ReactNode {
  const colour = <ColumnChoice label="colour" value={choice.colour} infos={infos} none onChange={id => put({ colour: id })} />;
  if (view === 'importance') {
    const metrics = rankedMetrics(infos).map(info => info.key);
    return (
      <label>
        metric{' '}
        <select value={choice.metric} onChange={event => put({ metric: event.target.value })}>
          {metrics.map(key => (
            <option key={key}>{key}</option>
          ))}
        </select>
      </label>
    );
  }
  if (view === 'parallel') {
    return (
      <>
        <AxisChooser infos={infos} axes={choice.axes} onChange={axes => put({ axes })} />
        {colour}
      </>
    );
  }
  return (
    <>
      <ColumnChoice label="across" value={choice.x} infos={infos} onChange={x => put({ x })} />
      <ColumnChoice label="up" value={choice.y} infos={infos} onChange={y => put({ y })} />
      {colour}
      <ColumnChoice label="size" value={choice.size} infos={infos} none numeric onChange={size => put({ size })} />
    </>
  );
}

interface LogProps {
  columns: readonly (SpreadColumn | undefined)[];
  logs: ReadonlyMap<string, boolean>;
  onLog(id: string, log: boolean): void;
}

/** For each axis that may be logarithmic whether it is. */
function LogChoice({ columns, logs, onLog }: LogProps): ReactNode {
  const found = useMemo(() => logAxes(columns, logs), [columns[0], columns[1], logs]);
  return found.map(({ id, log }) => (
    <label key={id}>
      <input type="checkbox" checked={log} onChange={event => onLog(id, event.target.checked)} /> log {columnLabel(id)}
    </label>
  ));
}

function logAxes(columns: readonly (SpreadColumn | undefined)[], logs: ReadonlyMap<string, boolean>): { id: string; log: boolean }[] {
  const distinct = [...new Map(columns.flatMap(one => (one ? [[one.id, one] as const] : []))).values()];
  return distinct.flatMap(one => {
    const { canLog, log } = axisOf(one, logs.get(one.id));
    return canLog ? [{ id: one.id, log }] : [];
  });
}
