/** What differs between the cells of two runs, as a diff. */

import { useEffect, useState, type ReactNode } from 'react';

import type { ComparedRun, ComparisonData } from '../contract/comparison';
import type { WireError } from '../contract/errors';
import type { SourceComparison } from '../contract/sources';
import { useHost } from '../host';
import { countOf } from '../parts/numbers';
import { Failure, Skeleton } from '../parts/States';
import { shortened } from '../parts/values';
import { asWireError } from '../source';
import { CellChange } from './CellChange';
import { orderOf } from './order';

export function Sources({ comparison, wide }: { comparison: ComparisonData; wide: boolean }): ReactNode {
  const base = comparison.runs[comparison.baseline] as ComparedRun;
  const others = orderOf(comparison)
    .slice(1)
    .map(at => comparison.runs[at] as ComparedRun);
  const [chosen, setChosen] = useState('');
  const [split, setSplit] = useState<boolean | null>(null);
  const other = others.find(run => run.row.id === chosen) ?? others.find(run => run.source === 'other') ?? others[0];
  if (!other) {
    return null;
  }
  const same = others.filter(run => run.source === 'same').length;
  const aside = split ?? wide;
  return (
    <section className="nbm-sources" data-section="source" aria-label="Source">
      <div className="nbm-section-head">
        <h2>Source</h2>
        {others.length > 1 && (
          <>
            <label>
              {shortened(base.label, 24)} against{' '}
              <select value={other.row.id} onChange={event => setChosen(event.target.value)}>
                {others.map(run => (
                  <option key={run.row.id} value={run.row.id}>
                    {shortened(run.label, 40)}
                    {run.source === 'same' ? ' (the same)' : ''}
                  </option>
                ))}
              </select>
            </label>
            {same > 0 && <span className="nbm-faint">{same} of {countOf(others.length, 'run')} the same as the baseline</span>}
          </>
        )}
        <span className="nbm-layouts" role="group" aria-label="Layout of the diff">
          <button type="button" aria-pressed={!aside} onClick={() => setSplit(false)}>
            Unified
          </button>
          <button type="button" aria-pressed={aside} onClick={() => setSplit(true)}>
            Side by side
          </button>
        </span>
      </div>
      <SourcePair key={`${base.row.id} ${other.row.id}`} old={base} other={other} split={aside} />
    </section>
  );
}

function SourcePair({ old, other, split }: { old: ComparedRun; other: ComparedRun; split: boolean }): ReactNode {
  const { source } = useHost();
  const [found, setFound] = useState<SourceComparison | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  useEffect(() => {
    let current = true;
    source.ask('source_diff', { old: old.row.id, new: other.row.id }).then(
      answer => current && setFound(answer),
      (reason: unknown) => current && setError(asWireError(reason))
    );
    return () => {
      current = false;
    };
  }, [source, old.row.id, other.row.id]);
  if (error) {
    return <Failure error={error} />;
  }
  if (!found) {
    return <Skeleton lines={4} />;
  }
  if (found.missing) {
    return <p className="nbm-faint">{found.missing}.</p>;
  }
  if (found.same) {
    return <p className="nbm-faint">The same, in all {countOf(found.cells.length, 'cell')} that it depends on.</p>;
  }
  return (
    <div className="nbm-cells">
      {found.cells.map((cell, at) => (
        <CellChange key={at} cell={cell} split={split} old={old.label} other={other.label} />
      ))}
    </div>
  );
}
