/** Chosen runs side by side: which they are, the answer in words, and what differs. */

import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

import type { ComparisonData } from '../contract/comparison';
import { Marks, type Mark } from '../parts/colours';
import { Failure, Skeleton } from '../parts/States';
import { useHost } from '../host';
import type { RunSource } from '../source';
import { Answer } from './Answer';
import { orderOf } from './order';
import { RunChips } from './RunChips';
import type { Tab } from './tab';
import { TABS } from './tabs';
import { useComparison } from './useComparison';

export interface ComparisonProps {
  source: RunSource;
  ids: readonly string[];
  /** Told the experiment that all the runs are of; empty where they are of several. */
  onClose(experiment: string): void;
  /** What the others are held against, where the place that shows this keeps it; else it is kept here. */
  baseline?: string | null;
  onBaseline?(id: string): void;
  onRemove?(id: string): void;
  /** Colours that the runs have elsewhere. */
  marks?: ReadonlyMap<string, Mark>;
}

export function Comparison(props: ComparisonProps): ReactNode {
  const { source, ids, onClose, onRemove } = props;
  const [own, setOwn] = useState<string | null>(null);
  const baseline = props.baseline === undefined ? own : props.baseline;
  const { comparison, error, stale, revision, retry } = useComparison(source, ids, baseline);
  const marks = useMarks(ids, props.marks);
  const { go } = useHost();
  const experiments = new Set(comparison?.runs.map(run => run.row.experiment));
  const experiment = experiments.size === 1 ? [...experiments].join('') : '';
  return (
    <section className="nbm-panel nbm-comparison" aria-label="Comparison">
      <button type="button" className="nbm-close" title="Close (Escape)" onClick={() => onClose(experiment)}>
        Close
      </button>
      {error && <Failure error={error} onRetry={retry} />}
      {!error && !comparison && <Skeleton lines={10} />}
      {comparison && (
        <>
          <RunChips
            comparison={comparison}
            marks={marks}
            onBaseline={props.onBaseline ?? setOwn}
            onRemove={onRemove}
            onOpen={go && (id => go({ view: 'run', id }))}
          />
          <Answer comparison={comparison} />
          <Tabs comparison={comparison} marks={marks} stale={stale} revision={revision} />
        </>
      )}
    </section>
  );
}

interface TabsProps {
  comparison: ComparisonData;
  marks: ReadonlyMap<string, Mark>;
  stale: boolean;
  revision: string;
}

function Tabs({ comparison, marks, stale, revision }: TabsProps): ReactNode {
  const [chosen, setChosen] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const { source } = useHost();
  const tabs = TABS.filter(tab => tab.has?.(comparison, source) ?? true);
  const current = tabs.find(tab => tab.id === chosen) ?? (tabs[0] as Tab);
  const rows = useMemo(() => orderOf(comparison).flatMap(at => comparison.runs[at]?.row ?? []), [comparison]);
  const ids = useMemo(() => rows.map(row => row.id), [rows]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (way) {
      const next = tabs[(tabs.indexOf(current) + way + tabs.length) % tabs.length] as Tab;
      setChosen(next.id);
      list.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
      event.preventDefault();
      event.stopPropagation();
    }
  };
  return (
    <>
      <div ref={list} className="nbm-compare-tabs" role="tablist" aria-label="Comparison" onKeyDown={onKeyDown}>
        {tabs.map(tab => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            data-tab={tab.id}
            aria-selected={tab === current}
            tabIndex={tab === current ? 0 : -1}
            onClick={() => setChosen(tab.id)}
          >
            {tab.title}
          </button>
        ))}
      </div>
      <div role="tabpanel" aria-label={current.title}>
        <current.Body comparison={comparison} ids={ids} rows={rows} marks={marks} stale={stale} revision={revision} />
      </div>
    </>
  );
}

/** The colours that the runs have elsewhere, where all of them have one; else of our own. */
function useMarks(ids: readonly string[], given: ReadonlyMap<string, Mark> | undefined): ReadonlyMap<string, Mark> {
  const own = useRef(new Marks());
  const key = ids.join(' ');
  return useMemo(() => {
    const wanted = key.split(' ');
    return given && wanted.every(id => given.has(id)) ? given : own.current.assign(wanted);
  }, [key, given]);
}
