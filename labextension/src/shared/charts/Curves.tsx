/** The curves of the chosen runs: the metric that was asked for, or small multiples of those that tell most. */

import { useEffect, useMemo, useState, type ReactNode } from 'react';

import { Chart } from './Chart';
import type { Mark } from '../parts/colours';
import { namesOf, rankedMetrics } from '../runs/columns';
import type { SeriesData } from '../contract/curves';
import type { WireError } from '../contract/errors';
import type { ColumnInfo, Row } from '../contract/rows';
import { columnFormat } from '../parts/numbers';
import { asWireError, type RunSource } from '../source';
import type { Change } from '../runs/state';
import { Failure } from '../parts/States';
import { Swatch } from '../parts/Swatch';
import { asNumber, columnId, shortened } from '../parts/values';

const SMALL_MULTIPLES = 4;

export interface CurvesProps {
  source: RunSource;
  rows: readonly Row[];
  infos: readonly ColumnInfo[];
  marks: ReadonlyMap<string, Mark>;
  metric: string;
  revision: string;
  change: Change;
}

export function Curves(props: CurvesProps): ReactNode {
  const { rows, infos, marks, metric, change } = props;
  const [smoothing, setSmoothing] = useState(0);
  const [log, setLog] = useState(false);
  // Only what the chosen runs have logged can be drawn of them; what was asked for by name stays, and says so.
  const metrics = useMemo(() => {
    const isNamed = (info: ColumnInfo): boolean => info.key === metric || columnId(info) === metric;
    return rankedMetrics(infos).filter(info => isNamed(info) || rows.some(row => info.key in row.metrics));
  }, [infos, rows, metric]);
  const names = useMemo(() => namesOf(rows), [rows]);
  const shown = shownMetrics(metrics, metric);
  if (!rows.length || !metrics.length) {
    return null;
  }
  const series = shown.filter(info => info.points > 1);
  return (
    <section className="nbm-curves" aria-label="Curves">
      <div className="nbm-bar">
        <label>
          metric{' '}
          <select value={metric} onChange={event => change({ metric: event.target.value })}>
            <option value="">those that tell most</option>
            {metrics.map(info => (
              <option key={info.key} value={info.key}>
                {info.key}
              </option>
            ))}
          </select>
        </label>
        {series.length > 0 && (
          <>
            <label>
              smoothing{' '}
              <input
                type="range"
                min="0"
                max="0.98"
                step="0.02"
                value={smoothing}
                onChange={event => setSmoothing(Number(event.target.value))}
              />
            </label>
            <label>
              <input type="checkbox" checked={log} onChange={event => setLog(event.target.checked)} /> log scale
            </label>
            <span className="nbm-faint nbm-small">drag to zoom, double-click to reset</span>
          </>
        )}
      </div>
      <div className={shown.length > 1 ? 'nbm-multiples' : ''}>
        {shown.map(info =>
          info.points > 1 ? (
            <Curve key={columnId(info)} {...props} info={info} names={names} smoothing={smoothing} log={log} />
          ) : (
            <Bars key={columnId(info)} rows={rows} info={info} marks={marks} names={names} />
          )
        )}
      </div>
    </section>
  );
}

/** The metric that was named; else those with a history, else the one that tells most. */
function shownMetrics(metrics: readonly ColumnInfo[], metric: string): readonly ColumnInfo[] {
  const named = metrics.find(info => info.key === metric || columnId(info) === metric);
  if (named) {
    return [named];
  }
  const curves = metrics.filter(info => info.points > 1).slice(0, SMALL_MULTIPLES);
  return curves.length ? curves : metrics.slice(0, 1);
}

interface CurveProps extends CurvesProps {
  info: ColumnInfo;
  names: ReadonlyMap<string, string>;
  smoothing: number;
  log: boolean;
}

function Curve({ source, rows, info, revision, ...rest }: CurveProps): ReactNode {
  const [series, setSeries] = useState<readonly SeriesData[] | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const ids = rows.map(row => row.id).join(' ');
  useEffect(() => {
    let current = true;
    source.ask('series', { ids: ids.split(' '), key: info.key }).then(
      found => {
        if (current) {
          setSeries(found);
          setError(null);
        }
      },
      (reason: unknown) => current && setError(asWireError(reason))
    );
    return () => {
      current = false;
    };
    // Again when the runs change: `revision`.
  }, [source, ids, info, revision]);
  if (error) {
    return <Failure error={error} />;
  }
  if (series === null) {
    return <div className="nbm-chart nbm-waits nbm-chart-waits" aria-busy="true" />;
  }
  if (!series.length) {
    return (
      <p className="nbm-faint">
        None of these runs has logged <code>{info.key}</code>.
      </p>
    );
  }
  return <Chart {...rest} metric={info} series={series} />;
}

interface BarsProps {
  rows: readonly Row[];
  info: ColumnInfo;
  marks: ReadonlyMap<string, Mark>;
  names: ReadonlyMap<string, string>;
}

/** A metric without history: where each run's value lies between the lowest and the highest. */
function Bars({ rows, info, marks, names }: BarsProps): ReactNode {
  const known = rows.flatMap(row => {
    const value = asNumber(row.metrics[info.key]);
    return value !== null && Number.isFinite(value) ? [{ row, value }] : [];
  });
  const way = info.direction === 'min' ? 1 : -1;
  known.sort((a, b) => way * (a.value - b.value));
  const values = known.map(({ value }) => value);
  const [low, high] = spanOf(values);
  const format = columnFormat(values);
  return (
    <figure className="nbm-chart">
      <figcaption>
        <strong>{info.key}</strong>{' '}
        <span className="nbm-faint">
          {info.direction ? `best first, axis from ${format(low)} to ${format(high)}` : `axis from ${format(low)} to ${format(high)}`}
        </span>
      </figcaption>
      <ul className="nbm-bars">
        {known.slice(0, 30).map(({ row, value }) => (
          <li key={row.id}>
            <span className="nbm-bar-name">
              <Swatch mark={marks.get(row.id)} /> {shortened(names.get(row.id) ?? '', 28)}
            </span>
            <span className="nbm-track">
              <span
                className="nbm-point"
                style={{ left: `${(100 * (value - low)) / (high - low || 1)}%`, background: marks.get(row.id)?.colour }}
              />
            </span>
            <span className="nbm-number">{format(value)}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}

/** Points on an axis need no zero, as bars would; what differs is to be seen. */
function spanOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? [low - Math.abs(low) / 10 - 1e-9, high + Math.abs(high) / 10 + 1e-9] : [low, high];
}
