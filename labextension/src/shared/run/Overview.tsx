/** A run at a glance: what a check found, its metrics, its parameters, what belongs to it. */

import { useState, type ReactNode } from 'react';

import type { MetricInfo, ParamInfo, RunDetails } from '../contract/details';
import type { RunLink, Standing } from '../contract/standing';
import { useHost } from '../host';
import { countOf, formatMoment, formatNumber, formatRelative } from '../parts/numbers';
import { Status } from '../parts/Status';
import { asNumber, shortened, valueText } from '../parts/values';
import { Check } from './Check';
import { LineChart, plainNumber } from './LineChart';
import { LongText } from './LongText';
import { metricsInOrder } from './Tiles';
import { useOwnAnswer } from '../parts/useAnswer';

const MOST_CURVES = 6;
const MOST_LINES = 60;

export function Overview({ details, standing }: { details: RunDetails; standing: Standing | null }): ReactNode {
  const curves = metricsInOrder(details.metrics, standing).filter(metric => metric.count > 1);
  return (
    <>
      {details.check && (
        <section aria-label="Last check">
          <h3>Last check</h3>
          <Check check={details.check} />
        </section>
      )}
      <div className="nbm-columns">
        <Metrics metrics={metricsInOrder(details.metrics, standing)} />
        <Params params={details.params} />
      </div>
      {curves.length > 0 && (
        <section aria-label="Curves">
          <h3>Curves</h3>
          <div className="nbm-line-charts">
            {curves.slice(0, MOST_CURVES).map(metric => (
              <Curve key={metric.key} id={details.row.id} metric={metric} />
            ))}
          </div>
          {curves.length > MOST_CURVES && (
            <p className="nbm-faint">{countOf(curves.length - MOST_CURVES, 'more metric')} with several points; the table of runs draws any of them.</p>
          )}
        </section>
      )}
      {standing && <Family standing={standing} />}
    </>
  );
}

function Metrics({ metrics }: { metrics: readonly MetricInfo[] }): ReactNode {
  const [all, setAll] = useState(false);
  if (!metrics.length) {
    return (
      <section aria-label="Metrics">
        <h3>Metrics</h3>
        <p className="nbm-faint">The run logged none.</p>
      </section>
    );
  }
  const series = metrics.some(metric => metric.count > 1);
  return (
    <section aria-label="Metrics">
      <h3>Metrics</h3>
      <table className="nbm-plain">
        <thead>
          <tr>
            <th scope="col">metric</th>
            <th scope="col">last</th>
            {series && <th scope="col">least</th>}
            {series && <th scope="col">greatest</th>}
            {series && <th scope="col">points</th>}
          </tr>
        </thead>
        <tbody>
          {metrics.slice(0, all ? undefined : MOST_LINES).map(metric => (
            <tr key={metric.key}>
              <th scope="row" title={metric.key}>
                {shortened(metric.key, 44)}
                {metric.direction && <span className="nbm-faint" title={metric.direction === 'max' ? 'higher is better' : 'lower is better'}>{metric.direction === 'max' ? ' ↑' : ' ↓'}</span>}
              </th>
              <td title={String(metric.last)}>
                <b>{formatNumber(asNumber(metric.last), 5)}</b>
              </td>
              {series && <td>{metric.count > 1 ? formatNumber(asNumber(metric.min), 4) : ''}</td>}
              {series && <td>{metric.count > 1 ? formatNumber(asNumber(metric.max), 4) : ''}</td>}
              {series && <td>{metric.count > 1 ? formatNumber(metric.count) : ''}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      <More count={metrics.length} all={all} setAll={setAll} />
    </section>
  );
}

function More({ count, all, setAll }: { count: number; all: boolean; setAll(all: boolean): void }): ReactNode {
  return (
    count > MOST_LINES && (
      <button type="button" className="nbm-link" onClick={() => setAll(!all)}>
        {all ? 'show fewer' : `show all ${formatNumber(count)}`}
      </button>
    )
  );
}

function Params({ params }: { params: readonly ParamInfo[] }): ReactNode {
  const chosen = params.filter(param => param.chosen);
  const rest = params.filter(param => !param.chosen);
  return (
    <section aria-label="Parameters">
      <h3>Parameters</h3>
      {chosen.length ? <ParamTable params={chosen} /> : <p className="nbm-faint">Nobody set any.</p>}
      {rest.length > 0 && (
        <details className="nbm-rest">
          <summary>{countOf(rest.length, 'default')} of estimators that nobody set</summary>
          <ParamTable params={rest} />
        </details>
      )}
    </section>
  );
}

const ORIGINS: Record<string, string> = {
  explicit: 'logged by the code',
  inferred: 'seen in the cell',
  estimator: 'read from the estimator'
};

function ParamTable({ params }: { params: readonly ParamInfo[] }): ReactNode {
  const [all, setAll] = useState(false);
  return (
    <>
      <table className="nbm-plain nbm-params">
        <tbody>
          {params.slice(0, all ? undefined : MOST_LINES).map(param => (
            <tr key={param.key}>
              <th scope="row" title={`${param.key}\n${ORIGINS[param.origin] ?? ''}`}>
                {shortened(param.key, 44)}
              </th>
              <td>
                <LongText text={valueText(param.value)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <More count={params.length} all={all} setAll={setAll} />
    </>
  );
}

function Curve({ id, metric }: { id: string; metric: MetricInfo }): ReactNode {
  const { source } = useHost();
  const { answer } = useOwnAnswer(source, 'series', { ids: [id], key: metric.key, max_points: 400 }, true);
  const series = answer?.[0];
  if (!series) {
    return <div className="nbm-line-chart nbm-waits" />;
  }
  return (
    <LineChart title={shortened(metric.key, 40)} xs={series.steps} ys={series.values} format={plainNumber} formatX={plainNumber} xLabel="step" />
  );
}

/** What the run is a part of, and what is part of it. */
function Family({ standing }: { standing: Standing }): ReactNode {
  const { parent, parts, part_count } = standing;
  if (!parent && !parts.length) {
    return null;
  }
  return (
    <section aria-label="Parts">
      {parent && (
        <>
          <h3>Part of</h3>
          <Links runs={[parent]} metric={standing.metric} />
        </>
      )}
      {parts.length > 0 && (
        <>
          <h3>{countOf(part_count, 'run')} that are part of it</h3>
          <Links runs={parts} metric={standing.metric} />
        </>
      )}
    </section>
  );
}

function Links({ runs, metric }: { runs: readonly RunLink[]; metric: string }): ReactNode {
  const { go } = useHost();
  const now = Date.now() / 1000;
  return (
    <ul className="nbm-links">
      {runs.map(run => (
        <li key={run.id}>
          {go ? (
            <button type="button" className="nbm-link" onClick={() => go({ view: 'run', id: run.id })}>
              {shortened(run.name, 50)}
            </button>
          ) : (
            shortened(run.name, 50)
          )}{' '}
          <code className="nbm-faint">{run.id.slice(0, 8)}</code> <Status status={run.status} />{' '}
          {run.value !== null && (
            <span>
              {metric} <b>{formatNumber(asNumber(run.value), 4)}</b>
            </span>
          )}{' '}
          <span className="nbm-faint" title={formatMoment(run.started)}>
            {formatRelative(run.started, now)}
          </span>
        </li>
      ))}
    </ul>
  );
}
