/** The curves of the chosen runs: the metric that was asked for, or small multiples of those that tell most. */

import { useMemo, useState, type ReactNode } from 'react';

import type { Axis } from '../contract/curves';
import type { Row } from '../contract/rows';
import type { Mark } from '../parts/colours';
import { Failure } from '../parts/States';
import { namesOf, rankedMetrics } from '../runs/columns';
import type { RunSource } from '../source';
import { Bars } from './Bars';
import type { CurveMetric } from './metric';
import { Chart, type ChartLook } from './Chart';
import type { Range } from './lines';
import { useSeries } from './useSeries';

const SMALL_MULTIPLES = 4;
const TALL = 320;

/** What has to be known of a metric to draw it. */
export interface CurvesProps {
  source: RunSource;
  rows: readonly Row[];
  infos: readonly CurveMetric[];
  marks: ReadonlyMap<string, Mark>;
  /** As `loss` or `metrics.loss`; empty for those that tell most. */
  metric: string;
  revision: string;
  change(change: { metric: string }): void;
}

const INITIAL: ChartLook = { smoothing: 0, axis: 'step', logX: false, logY: false, zoom: null };

export function Curves(props: CurvesProps): ReactNode {
  const { rows, infos, marks, metric } = props;
  const [look, setLook] = useState(INITIAL);
  // Only what the chosen runs have logged can be drawn of them; what was asked for by name stays, and says so.
  const metrics = useMemo(() => {
    return rankedMetrics(infos).filter(info => isNamed(info, metric) || rows.some(row => info.key in row.metrics));
  }, [infos, rows, metric]);
  const names = useMemo(() => namesOf(rows), [rows]);
  const shown = shownMetrics(metrics, metric);
  const ids = useMemo(() => rows.map(row => row.id), [rows]);
  if (!rows.length || !metrics.length) {
    return null;
  }
  const drawn = { ...props, ids, names, look, onLook: (part: Partial<ChartLook>) => setLook({ ...look, ...part }) };
  const curves = shown.some(info => info.points > 1);
  return (
    <section className="nbm-curves" aria-label="Curves">
      <Bar {...drawn} metrics={metrics} curves={curves} />
      <div className={shown.length > 1 ? 'nbm-multiples' : ''}>
        {shown.map(info =>
          info.points > 1 ? (
            <Curve key={info.key} {...drawn} info={info} height={shown.length > 1 ? undefined : TALL} />
          ) : (
            <Bars key={info.key} rows={rows} info={info} marks={marks} names={names} />
          )
        )}
      </div>
    </section>
  );
}

/** The metric that was named; else those with a history, else the one that tells most. */
function shownMetrics(metrics: readonly CurveMetric[], metric: string): readonly CurveMetric[] {
  const named = metrics.find(info => isNamed(info, metric));
  if (named) {
    return [named];
  }
  const curves = metrics.filter(info => info.points > 1).slice(0, SMALL_MULTIPLES);
  return curves.length ? curves : metrics.slice(0, 1);
}

function isNamed(info: CurveMetric, metric: string): boolean {
  return info.key === metric || `metrics.${info.key}` === metric;
}

interface Drawn extends CurvesProps {
  ids: readonly string[];
  names: ReadonlyMap<string, string>;
  look: ChartLook;
  onLook(part: Partial<ChartLook>): void;
}

const AXES: readonly (readonly [Axis, string])[] = [
  ['step', 'step'],
  ['time', 'time since the start'],
  ['clock', 'time of day']
];

function Bar(props: Drawn & { metrics: readonly CurveMetric[]; curves: boolean }): ReactNode {
  const { metrics, metric, change, look, onLook, curves } = props;
  return (
    <div className="nbm-bar">
      <label>
        metric{' '}
        <select value={metrics.find(info => isNamed(info, metric))?.key ?? ''} onChange={event => change({ metric: event.target.value })}>
          <option value="">those that tell most</option>
          {metrics.map(info => (
            <option key={info.key} value={info.key}>
              {info.key}
            </option>
          ))}
        </select>
      </label>
      {curves && (
        <>
          <label>
            over{' '}
            <select value={look.axis} onChange={event => onLook({ axis: event.target.value as Axis, zoom: null, logX: false })}>
              {AXES.map(([axis, title]) => (
                <option key={axis} value={axis}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          <label title="How much of what came before counts: an average over about 1 / (1 − weight) points">
            smoothing{' '}
            <input
              type="range"
              min="0"
              max="0.99"
              step="0.01"
              value={look.smoothing}
              aria-valuetext={`weight ${look.smoothing}`}
              onChange={event => onLook({ smoothing: Number(event.target.value) })}
            />
            <output className="nbm-weight">{look.smoothing ? look.smoothing.toFixed(2) : 'off'}</output>
          </label>
          <label>
            <input type="checkbox" checked={look.logY} onChange={event => onLook({ logY: event.target.checked })} /> log y
          </label>
          {look.axis !== 'clock' && (
            <label>
              <input type="checkbox" checked={look.logX} onChange={event => onLook({ logX: event.target.checked, zoom: null })} />{' '}
              log x
            </label>
          )}
          <span className="nbm-faint nbm-small">drag to zoom, double-click to reset</span>
        </>
      )}
    </div>
  );
}

function Curve({ source, ids, info, names, marks, revision, look, onLook, height }: Drawn & { info: CurveMetric; height: number | undefined }): ReactNode {
  const { series, close, error } = useSeries(source, {
    ids,
    key: info.key,
    axis: look.axis,
    means: look.smoothing > 0,
    zoom: look.zoom,
    revision
  });
  if (error && !series) {
    return <Failure error={error} />;
  }
  if (series === null) {
    return <div className="nbm-chart nbm-waits nbm-chart-waits" style={{ height: (height ?? 220) + 30 }} aria-busy="true" />;
  }
  if (!series.length) {
    return (
      <p className="nbm-faint">
        None of these runs has logged <code>{info.key}</code>.
      </p>
    );
  }
  const tall = height === undefined ? {} : { height };
  return (
    <Chart
      {...look}
      {...tall}
      metric={info}
      series={series}
      close={close}
      names={names}
      marks={marks}
      onZoom={(zoom: Range | null) => onLook({ zoom })}
    />
  );
}
