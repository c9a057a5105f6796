/** One run beside a table or in a side bar: what a glance needs, and the way to its page. */

import type { ReactNode } from 'react';

import type { InputInfo, MetricInfo, ParamInfo, RunDetails } from '../contract/details';
import { HostContext, useHost } from '../host';
import { countOf, formatMoment, formatNumber } from '../parts/numbers';
import { Failure, Skeleton } from '../parts/States';
import { RunId, Status } from '../parts/Status';
import { asNumber, shortened, valueText } from '../parts/values';
import { durationText, nameOf } from '../runs/columns';
import type { RunSource } from '../source';
import { Check } from './Check';
import { Code } from './Code';
import { Cautions } from './Head';
import { LongText } from './LongText';
import { Terminal } from './Terminal';
import { useOwnAnswer } from '../parts/useAnswer';

const MOST_LINES = 80;

export function Details({ source, id, onClose }: { source: RunSource; id: string; onClose(): void }): ReactNode {
  const host = useHost();
  const { answer, error, retry } = useOwnAnswer(source, 'details', { run_id: id }, true);
  return (
    <section className="nbm-panel" aria-label="Run">
      <button type="button" className="nbm-close" title="Close (Escape)" onClick={onClose}>
        Close
      </button>
      <HostContext.Provider value={{ ...host, source }}>
        {answer ? <Known details={answer} /> : error ? <Failure error={error} onRetry={retry} /> : <Skeleton />}
      </HostContext.Provider>
    </section>
  );
}

function Known({ details }: { details: RunDetails }): ReactNode {
  const { go } = useHost();
  const { row } = details;
  const now = Date.now() / 1000;
  const chosen = details.params.filter(param => param.chosen);
  return (
    <>
      <h3>
        {shortened(nameOf(row), 90)} <RunId id={row.id} /> <Status status={row.status} />
        {go && (
          <button type="button" className="nbm-link nbm-beside" onClick={() => go({ view: 'run', id: row.id })}>
            open its page
          </button>
        )}
      </h3>
      <p className="nbm-faint">
        {shortened(row.experiment, 60)}, {formatMoment(row.started)}, {durationText(row, now)}
        {details.git ? `, commit ${details.git.commit.slice(0, 8)}${details.git.dirty ? ' with changes' : ''}` : ''}
        {details.python ? `, ${details.python}` : ''}
      </p>
      {details.check && <Check check={details.check} />}
      <Cautions details={details} />
      {row.note && (
        <p>
          <LongText text={row.note} most={600} />
        </p>
      )}
      <div className="nbm-facts">
        <Facts title="Metrics" items={details.metrics.map(metricLine)} />
        <Facts title="Parameters" items={chosen.map(paramLine)} />
        <Facts title="Data" items={details.inputs.map(inputLine)} />
        <Facts title="Tags" items={Object.entries(row.tags)} />
      </div>
      <Slice details={details} />
      {details.source && (
        <details>
          <summary>Source</summary>
          <Code source={details.source} />
        </details>
      )}
      {details.traceback && (
        <details>
          <summary>Traceback</summary>
          <Terminal text={details.traceback} label="Traceback" />
        </details>
      )}
    </>
  );
}

/** The earlier cells and the modules that the run depended on. */
function Slice({ details }: { details: RunDetails }): ReactNode {
  const { slice, modules } = details;
  if (!slice.length && !modules.length) {
    return null;
  }
  const parts = [
    slice.length ? countOf(slice.length, 'earlier cell') : '',
    modules.length ? `${countOf(modules.length, 'module')} of your own` : ''
  ];
  return (
    <details className="nbm-slice">
      <summary>Depends on {parts.filter(Boolean).join(' and ')}</summary>
      {slice.map((cell, at) => (
        <details key={at}>
          <summary title={cell.reason}>
            <code className="nbm-faint">{cell.mark}</code> <code>{shortened(cell.first, 90)}</code>
            {cell.failed && <span className="nbm-doubt"> failed</span>}
          </summary>
          <p className="nbm-faint">{cell.reason}</p>
          <Code source={cell.source} />
        </details>
      ))}
      {modules.map(module => (
        <p key={module.path} className="nbm-faint" title={module.path}>
          <code>{module.name}</code>
          {module.changed ? ', changed since the commit' : ''}
        </p>
      ))}
    </details>
  );
}

type Line = readonly [string, string];

function Facts({ title, items }: { title: string; items: readonly Line[] }): ReactNode {
  if (!items.length) {
    return null;
  }
  return (
    <div>
      <h4>{title}</h4>
      <dl>
        {items.slice(0, MOST_LINES).map(([key, value], at) => (
          <div key={`${key} ${at}`}>
            <dt>{shortened(key, 36)}</dt>
            <dd title={value.slice(0, 1000)}>{shortened(value, 60)}</dd>
          </div>
        ))}
      </dl>
      {items.length > MOST_LINES && <p className="nbm-faint">and {items.length - MOST_LINES} more</p>}
    </div>
  );
}

function metricLine(metric: MetricInfo): Line {
  const last = formatNumber(asNumber(metric.last), 5);
  if (metric.count < 2) {
    return [metric.key, last];
  }
  const span = [metric.min, metric.max].map(value => formatNumber(asNumber(value), 4));
  return [metric.key, `${last} (${span[0]} to ${span[1]} in ${formatNumber(metric.count)} points)`];
}

function paramLine(param: ParamInfo): Line {
  return [param.key, valueText(param.value)];
}

function inputLine(input: InputInfo): Line {
  const mark = input.content ? (input.content.split(':').pop() ?? '').slice(0, 8) : input.note || 'no fingerprint';
  return [input.name, input.shape.length ? `${input.shape.join(' × ')}, ${mark}` : mark];
}
