/** The data that a run read: what each is, where it came from, who else read it, and its columns. */

import { useState, type ReactNode } from 'react';

import type { InputInfo, RunDetails } from '../contract/details';
import type { DataFacts } from '../contract/profiles';
import { useHost } from '../host';
import { CopyButton } from '../parts/CopyButton';
import { countOf, formatMoment, formatNumber, formatRelative } from '../parts/numbers';
import { Failure, Skeleton } from '../parts/States';
import { shortened } from '../parts/values';
import { Profile } from './Profile';
import { formatBytes } from './sizes';
import { useOwnAnswer } from '../parts/useAnswer';

/** So many are open at first. */
const OPEN = 3;

export function DataSets({ details }: { details: RunDetails }): ReactNode {
  const { inputs } = details;
  if (!inputs.length) {
    return <p className="nbm-faint">The run read no data that are known.</p>;
  }
  const profiled = inputs.filter(item => item.profiled).map(item => item.name);
  return (
    <>
      {inputs.map((item, at) => (
        <DataSet key={`${item.name} ${at}`} details={details} item={item} opens={profiled.indexOf(item.name) >= 0 && profiled.indexOf(item.name) < OPEN} />
      ))}
    </>
  );
}

function DataSet({ details, item, opens }: { details: RunDetails; item: InputInfo; opens: boolean }): ReactNode {
  const [open, setOpen] = useState(opens);
  return (
    <details className="nbm-dataset" open={open} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>
        <strong>{shortened(item.name, 80)}</strong> <span className="nbm-faint">{kindText(item)}</span>
        <code className="nbm-faint nbm-mark-hash" title={item.content}>
          {mark(item)}
        </code>
        {item.kept && (
          <span className="nbm-pill" title="The data themselves are kept: nbmlops.load_data gives them back">
            kept
          </span>
        )}
        {item.dvc && (
          <span className="nbm-pill" title={`DVC knows it by ${item.dvc}`}>
            DVC
          </span>
        )}
      </summary>
      {open && <Known details={details} item={item} />}
    </details>
  );
}

function kindText(item: InputInfo): string {
  const parts = [item.kind];
  if (item.shape.length) {
    parts.push(item.shape.map(size => formatNumber(size)).join(' × '));
  }
  if (item.nbytes !== null) {
    parts.push(formatBytes(item.nbytes));
  }
  return parts.join(', ');
}

function mark(item: InputInfo): string {
  return item.content ? (item.content.split(':').pop() ?? '').slice(0, 8) : 'no fingerprint';
}

function Known({ details, item }: { details: RunDetails; item: InputInfo }): ReactNode {
  const { source } = useHost();
  const { answer, error } = useOwnAnswer(source, 'data', { run_id: details.row.id, name: item.name });
  const maker = item.maker === null ? null : details.slice[item.maker];
  return (
    <div className="nbm-data-body">
      <p className="nbm-faint">
        {item.path && (
          <>
            <span title={item.path}>{shortened(item.path, 100)}</span> <CopyButton text={item.path} what="copy the path" />
            {'. '}
          </>
        )}
        {maker && (
          <>
            {item.path ? 'Written' : 'Made'} by cell <code title={maker.source.slice(0, 2000)}>{maker.mark}</code>{' '}
            <code>{shortened(maker.first, 70)}</code>
            {'. '}
          </>
        )}
        {item.note && `${sentence(item.note)} `}
        {item.content && <CopyButton text={`${item.content}/${item.schema}`} what="copy the fingerprint" />}
      </p>
      {error && <Failure error={error} />}
      {answer ? (
        <>
          <Readers facts={answer} own={item.name} />
          {answer.columns.length > 0 && <Profile facts={answer} />}
          {!answer.columns.length && item.columns.length > 0 && <ColumnNames names={item.columns} />}
        </>
      ) : (
        !error && <Skeleton lines={3} />
      )}
    </div>
  );
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return first.endsWith('.') ? first : `${first}.`;
}

function Readers({ facts, own }: { facts: DataFacts; own: string }): ReactNode {
  const { go } = useHost();
  if (!facts.readers.length) {
    return <p className="nbm-faint">No other run read the same content.</p>;
  }
  const now = Date.now() / 1000;
  return (
    <p className="nbm-readers">
      <span className="nbm-faint">{countOf(facts.readers.length, 'other run')} read the same:</span>
      {facts.readers.slice(0, 12).map(reader => (
        <span key={`${reader.id} ${reader.input}`} title={`${formatMoment(reader.started)}, ${formatRelative(reader.started, now)}`}>
          {go ? (
            <button type="button" className="nbm-link" onClick={() => go({ view: 'run', id: reader.id, part: 'data' })}>
              {shortened(reader.name, 40)}
            </button>
          ) : (
            shortened(reader.name, 40)
          )}{' '}
          <code className="nbm-faint">{reader.id.slice(0, 8)}</code>
          {reader.input !== own && <span className="nbm-faint"> as {shortened(reader.input, 30)}</span>}
        </span>
      ))}
    </p>
  );
}

function ColumnNames({ names }: { names: readonly string[] }): ReactNode {
  return (
    <p className="nbm-faint">
      {countOf(names.length, 'column')}: {shortened(names.join(', '), 600)}
    </p>
  );
}
