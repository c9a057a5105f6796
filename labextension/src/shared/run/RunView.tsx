/** One run, as a page of its own. */

import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

import type { RunDetails } from '../contract/details';
import type { Standing } from '../contract/standing';
import { useHost } from '../host';
import { Failure, Skeleton } from '../parts/States';
import { Actions } from './Actions';
import { Artifacts } from './Artifacts';
import { Cells } from './Cells';
import { DataSets } from './DataSets';
import { Environment } from './Environment';
import { Cautions, Head } from './Head';
import { Output } from './Output';
import { Overview } from './Overview';
import { Siblings } from './Siblings';
import { System } from './System';
import { Tiles } from './Tiles';
import { useOwnAnswer } from '../parts/useAnswer';

interface Part {
  id: string;
  title: string;
  /** How much of it there is, where that is worth saying. */
  count?(details: RunDetails): number;
}

const PARTS: readonly Part[] = [
  { id: 'overview', title: 'Overview' },
  { id: 'cell', title: 'Cell and slice', count: details => details.slice.length },
  { id: 'data', title: 'Data', count: details => details.inputs.length },
  { id: 'output', title: 'Output' },
  { id: 'artifacts', title: 'Artifacts', count: details => details.artifacts.length },
  { id: 'system', title: 'System' },
  { id: 'environment', title: 'Environment' }
];

export function RunView({ id, part }: { id: string; part?: string | undefined }): ReactNode {
  const { source, go, kind } = useHost();
  const details = useOwnAnswer(source, 'details', { run_id: id }, true);
  const standing = useOwnAnswer(source, 'standing', { run_id: id }, true);
  const [wanted, setWanted] = useState(part ?? 'overview');
  useEffect(() => setWanted(part ?? 'overview'), [part]);
  const shown = PARTS.find(one => one.id === wanted) ?? PARTS[0];
  if (!details.answer) {
    return (
      <section className="nbm-run" aria-label="Run">
        {details.error ? <Failure error={details.error} onRetry={details.retry} /> : <Skeleton lines={10} />}
      </section>
    );
  }
  const choose = (to: string): void => {
    setWanted(to);
    if (kind === 'page') {
      go?.({ view: 'run', id, ...(to !== 'overview' && { part: to }) }); // its address can be kept
    }
  };
  return (
    <section className="nbm-run" aria-label="Run">
      {details.error && <Failure error={details.error} onRetry={details.retry} />}
      <Head details={details.answer} />
      <Actions details={details.answer} standing={standing.answer} />
      <Tiles metrics={details.answer.metrics} standing={standing.answer} />
      {standing.answer && <Siblings id={id} standing={standing.answer} isCell={Boolean(details.answer.row.cell_id)} />}
      <Cautions details={details.answer} />
      <Tabs details={details.answer} shown={shown?.id ?? 'overview'} choose={choose} />
      <div id="nbm-part" role="tabpanel" aria-labelledby={`nbm-tab-${shown?.id}`} className="nbm-part">
        <Content part={shown?.id ?? 'overview'} details={details.answer} standing={standing.answer} />
      </div>
    </section>
  );
}

interface ContentProps {
  part: string;
  details: RunDetails;
  standing: Standing | null;
}

function Content({ part, details, standing }: ContentProps): ReactNode {
  switch (part) {
    case 'cell':
      return <Cells details={details} />;
    case 'data':
      return <DataSets details={details} />;
    case 'output':
      return <Output details={details} />;
    case 'artifacts':
      return <Artifacts details={details} />;
    case 'system':
      return <System details={details} />;
    case 'environment':
      return <Environment details={details} />;
    default:
      return <Overview details={details} standing={standing} />;
  }
}

interface TabsProps {
  details: RunDetails;
  shown: string;
  choose(part: string): void;
}

function Tabs({ details, shown, choose }: TabsProps): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  const moved = useRef(false);
  useEffect(() => {
    if (moved.current) {
      moved.current = false;
      list.current?.querySelector<HTMLElement>('[aria-selected=true]')?.focus();
    }
  }, [shown]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const at = PARTS.findIndex(one => one.id === shown);
      moved.current = true;
      choose(PARTS[(at + step + PARTS.length) % PARTS.length]?.id ?? shown);
    }
  };
  return (
    <div ref={list} className="nbm-parts" role="tablist" aria-label="Parts of the run" onKeyDown={onKeyDown}>
      {PARTS.map(part => {
        const count = part.count?.(details) ?? 0;
        return (
          <button
            key={part.id}
            type="button"
            role="tab"
            id={`nbm-tab-${part.id}`}
            aria-selected={part.id === shown}
            aria-controls="nbm-part"
            tabIndex={part.id === shown ? 0 : -1}
            onClick={() => choose(part.id)}
          >
            {part.title}
            {count > 0 && <span className="nbm-faint"> {count}</span>}
          </button>
        );
      })}
    </div>
  );
}
