/** What else there is in the store: its experiments, and the newest runs that the open notebook did not make. */

import type { ReactNode } from 'react';

import type { ExperimentInfo, Row } from '../shared/contract/rows';
import { countOf, formatNumber } from '../shared/parts/numbers';
import type { Pages } from '../shared/runs/usePages';
import { RunItems, type RunItemsProps } from './RunItems';

/** A copy of a notebook has cells of the same ids: these runs are another notebook's all the same. */
const NO_CELLS: ReadonlySet<string> = new Set();
const MOST = 10;
const MOST_EXPERIMENTS = 12;

export interface OtherRunsProps extends Omit<RunItemsProps, 'rows' | 'columns' | 'cells'> {
  pages: Pages;
  /** Those of the notebook. */
  known: ReadonlySet<string>;
  onExperiment(name: string): void;
}

export function OtherRuns({ pages, known, onExperiment, ...items }: OtherRunsProps): ReactNode {
  const rows = pages.rows.filter((row): row is Row => row !== undefined && !known.has(row.id)).slice(0, MOST);
  const experiments = pages.experiments.filter(one => one.runs > 0);
  if (!rows.length) {
    return null;
  }
  return (
    <section className="nbm-others" aria-label="Other runs in this store">
      <h3>Other runs in this store</h3>
      <ul className="nbm-experiments">
        {experiments.slice(0, MOST_EXPERIMENTS).map(one => (
          <Experiment key={one.name} experiment={one} onOpen={() => onExperiment(one.name)} />
        ))}
      </ul>
      {experiments.length > MOST_EXPERIMENTS && (
        <button type="button" className="nbm-link nbm-list-more" onClick={() => onExperiment('')}>
          All {countOf(experiments.length, 'experiment')}
        </button>
      )}
      <ul>
        <RunItems {...items} cells={NO_CELLS} rows={rows} columns={pages.columns} />
      </ul>
    </section>
  );
}

function Experiment({ experiment, onOpen }: { experiment: ExperimentInfo; onOpen(): void }): ReactNode {
  const { name, runs, goal } = experiment;
  return (
    <li>
      <button type="button" title={goal ? `Goal: ${goal}` : `The runs of ${name}`} onClick={onOpen}>
        <span>{name}</span>
        <span className="nbm-faint" aria-label={countOf(runs, 'run')}>
          {formatNumber(runs)}
        </span>
      </button>
    </li>
  );
}
