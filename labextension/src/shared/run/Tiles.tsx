/** The metrics, large, each against the best that others reached. */

import type { ReactNode } from 'react';

import type { MetricInfo } from '../contract/details';
import type { BestInfo, Standing } from '../contract/standing';
import { useHost } from '../host';
import { formatNumber } from '../parts/numbers';
import { asNumber, shortened } from '../parts/values';

const MOST_TILES = 6;

export function Tiles({ metrics, standing }: { metrics: readonly MetricInfo[]; standing: Standing | null }): ReactNode {
  const best = new Map(standing?.best.map(one => [one.key, one]));
  const order = metricsInOrder(metrics, standing).slice(0, MOST_TILES);
  if (!order.length) {
    return null;
  }
  return (
    <dl className="nbm-tiles">
      {order.map(metric => (
        <div key={metric.key}>
          <dt title={metric.key}>
            {shortened(metric.key, 32)}
            {metric.key === standing?.goal_metric && <Goal standing={standing} />}
          </dt>
          <dd>
            <span className="nbm-large" title={String(metric.last)}>
              {formatNumber(asNumber(metric.last), 4)}
            </span>
            <Change best={best.get(metric.key)} known={standing !== null} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** That of the goal first, then those that can be judged, then the rest. */
export function metricsInOrder(metrics: readonly MetricInfo[], standing: Standing | null): MetricInfo[] {
  const judged = new Set(standing?.best.map(one => one.key));
  const rank = (metric: MetricInfo): number =>
    metric.key === standing?.metric ? 0 : judged.has(metric.key) || metric.direction ? 1 : 2;
  return metrics
    .map((metric, at) => ({ metric, at }))
    .sort((one, other) => rank(one.metric) - rank(other.metric) || one.at - other.at)
    .map(({ metric }) => metric);
}

function Goal({ standing }: { standing: Standing }): ReactNode {
  const goal = standing.goal.replace('>=', '≥').replace('<=', '≤').slice(standing.goal_metric.length).trim();
  const looks = standing.goal_met ? 'nbm-goal nbm-goal-met' : 'nbm-goal';
  return (
    <span className={looks} title={`The goal of the experiment: ${standing.goal}`}>
      {standing.goal_met ? '✓ goal ' : 'goal '}
      {goal}
      {standing.goal_met ? '' : ' not met'}
    </span>
  );
}

function Change({ best, known }: { best: BestInfo | undefined; known: boolean }): ReactNode {
  const { go } = useHost();
  if (!best) {
    return <span className="nbm-change nbm-faint">{known ? '' : '\u00a0'}</span>;
  }
  const value = formatNumber(best.value, 4);
  const title = `The best of the others: ${value}, ${best.name} ${best.id.slice(0, 8)}`;
  const other = go ? (
    <button type="button" className="nbm-link" title={title} onClick={() => go({ view: 'run', id: best.id })}>
      {value}
    </button>
  ) : (
    <span title={title}>{value}</span>
  );
  if (best.better === null) {
    return <span className="nbm-change nbm-faint">as good as the best, {other}</span>;
  }
  const amount = best.change.replace(/^[+\u2212-]/, '');
  return (
    <span className="nbm-change">
      <span className={best.better ? 'nbm-better' : 'nbm-worse'}>
        {best.better ? '▲ better by ' : '▼ worse by '}
        {amount}
      </span>
      <span className="nbm-faint"> than {other}</span>
    </span>
  );
}
