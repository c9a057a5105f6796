/** What a run used over time. */

import type { ReactNode } from 'react';

import type { RunDetails } from '../contract/details';
import { useHost } from '../host';
import { formatDuration, formatNumber } from '../parts/numbers';
import { Failure, Skeleton } from '../parts/States';
import { LineChart } from './LineChart';
import { formatBytes } from './sizes';
import { useOwnAnswer } from '../parts/useAnswer';

export function System({ details }: { details: RunDetails }): ReactNode {
  const { source } = useHost();
  const { answer, error } = useOwnAnswer(source, 'usage', { run_id: details.row.id }, details.row.status === 'RUNNING');
  return (
    <>
      <dl className="nbm-known">
        {facts(details).map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {error && <Failure error={error} />}
      {!answer && !error && <Skeleton lines={4} />}
      {answer && !answer.seconds.length && (
        <p className="nbm-faint">No use over time was recorded: the run was over soon, did not begin in a cell, or an earlier version tracked it.</p>
      )}
      {answer && answer.seconds.length > 0 && (
        <div className="nbm-line-charts">
          <LineChart
            title="CPU"
            unit="% of one processor, children included"
            xs={answer.seconds}
            ys={answer.cpus.map(value => value * 100)}
            format={value => formatNumber(value, 3)}
            formatX={sinceStart}
            xLabel="since the start"
            xFromZero
            fromZero
          />
          <LineChart
            title="Memory"
            unit="resident, children included"
            xs={answer.seconds}
            ys={answer.memory}
            format={value => formatBytes(value)}
            formatX={sinceStart}
            xLabel="since the start"
            xFromZero
          />
          {answer.gpu.length > 0 && (
            <LineChart
              title="GPU memory"
              xs={answer.seconds}
              ys={answer.gpu}
              format={value => formatBytes(value)}
              formatX={sinceStart}
              xLabel="since the start"
            xFromZero
              fromZero
            />
          )}
        </div>
      )}
    </>
  );
}

function sinceStart(seconds: number): string {
  return seconds <= 0 ? '0' : formatDuration(seconds);
}

function facts(details: RunDetails): [string, string][] {
  const { row, cpu_seconds, peak_rss_bytes, start_rss_bytes, gpu_peak_bytes, environment } = details;
  const found: [string, string][] = [];
  if (row.duration !== null) {
    found.push(['took', formatDuration(row.duration)]);
  }
  if (cpu_seconds !== null) {
    const busy = row.duration ? `, ${formatNumber((cpu_seconds / row.duration) * 100, 2)} % of one processor on average` : '';
    found.push(['CPU', `${formatDuration(cpu_seconds)}${busy}`]);
  }
  if (peak_rss_bytes !== null) {
    const start = start_rss_bytes === null ? '' : `, ${formatBytes(start_rss_bytes)} when it began`;
    found.push(['memory', `${formatBytes(peak_rss_bytes)} at most${start}`]);
  }
  if (gpu_peak_bytes !== null) {
    found.push(['GPU memory', `${formatBytes(gpu_peak_bytes)} at most`]);
  }
  if (environment?.cpus) {
    found.push(['processors', formatNumber(environment.cpus)]);
  }
  return found;
}
