/** Everything about one run. */

import { useEffect, useState, type ReactNode } from 'react';

import { durationText, nameOf } from '../runs/columns';
import type { CheckInfo, InputInfo, MetricInfo, ParamInfo, RunDetails } from '../contract/details';
import type { WireError } from '../contract/errors';
import { countOf, formatMoment, formatNumber } from '../parts/numbers';
import { asWireError, type RunSource } from '../source';
import { Failure, Skeleton } from '../parts/States';
import { findingLines, RunId, Status, Verdict } from '../parts/Status';
import { asNumber, shortened, valueText } from '../parts/values';

export function Details({ source, id, onClose }: { source: RunSource; id: string; onClose(): void }): ReactNode {
  const [details, setDetails] = useState<RunDetails | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  useEffect(() => {
    let current = true;
    setDetails(null);
    source.ask('details', { run_id: id }).then(
      found => current && setDetails(found),
      (reason: unknown) => current && setError(asWireError(reason))
    );
    return () => {
      current = false;
    };
  }, [source, id]);
  return (
    <section className="nbm-panel" aria-label="Run">
      <button type="button" className="nbm-close" title="Close (Escape)" onClick={onClose}>
        Close
      </button>
      {error ? <Failure error={error} /> : details ? <Known details={details} /> : <Skeleton />}
    </section>
  );
}

function Known({ details }: { details: RunDetails }): ReactNode {
  const { row } = details;
  const now = Date.now() / 1000;
  const chosen = details.params.filter(param => param.chosen);
  return (
    <>
      <h3>
        {nameOf(row)} <RunId id={row.id} /> <Status status={row.status} />
      </h3>
      <p className="nbm-faint">
        {row.experiment}, {formatMoment(row.started)}, {durationText(row, now)}
        {details.git ? `, commit ${details.git.commit.slice(0, 8)}${details.git.dirty ? ' with changes' : ''}` : ''}
        {details.python ? `, ${details.python}` : ''}
      </p>
      {row.doubts.map(text => (
        <p key={text} className="nbm-caution">
          <strong className="nbm-doubt">Not counted:</strong> {text}
        </p>
      ))}
      {details.check && <Check check={details.check} />}
      {findingLines(row).map(line => (
        <p key={line} className="nbm-caution">
          {line}
        </p>
      ))}
      {row.error && <p className="nbm-failure">{row.error}</p>}
      {[...details.notices, ...row.degraded.map(text => `Not recorded: ${text}`)].map(text => (
        <p key={text} className="nbm-faint">
          {text}
        </p>
      ))}
      {row.note && <p>{row.note}</p>}
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
          <pre>{details.source}</pre>
        </details>
      )}
      {details.traceback && (
        <details>
          <summary>Traceback</summary>
          {/* Terminal colours, as the kernel sent them. */}
          {/* eslint-disable-next-line no-control-regex */}
          <pre>{details.traceback.replace(/\u001b\[[0-9;]*m/g, '')}</pre>
        </details>
      )}
    </>
  );
}

/** What a check of the run found. */
function Check({ check }: { check: CheckInfo }): ReactNode {
  return (
    <div className="nbm-check">
      <p>
        <Verdict verdict={check.verdict} />: {check.summary}
      </p>
      {check.metrics.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">metric</th>
              <th scope="col">was</th>
              <th scope="col">is</th>
              <th scope="col">change</th>
            </tr>
          </thead>
          <tbody>
            {check.metrics.map(({ key, then, now, change }) => (
              <tr key={key}>
                <th scope="row">{key}</th>
                <td>{then}</td>
                <td>
                  <b>{now}</b>
                </td>
                <td className="nbm-faint">{change}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {check.remarks.map(text => (
        <p key={text}>{text}</p>
      ))}
    </div>
  );
}

/** The earlier cells and the modules that the run depended on. */
function Slice({ details }: { details: RunDetails }): ReactNode {
  const { slice, modules } = details;
  if (!slice.length && !modules.length) {
    return null;
  }
  const parts = [
    slice.length ? `${countOf(slice.length, 'earlier cell')}` : '',
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
          <pre>{cell.source}</pre>
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
        {items.slice(0, 80).map(([key, value]) => (
          <div key={key}>
            <dt>{shortened(key, 36)}</dt>
            <dd title={value}>{shortened(value, 60)}</dd>
          </div>
        ))}
      </dl>
      {items.length > 80 && <p className="nbm-faint">and {items.length - 80} more</p>}
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
