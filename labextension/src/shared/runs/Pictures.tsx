/** Below a table: the curves of the chosen runs, or how all that the filter finds spread. */

import { useState, type ReactNode } from 'react';

import { Curves, type CurvesProps } from '../charts/Curves';
import type { Query } from '../contract/queries';
import { Spread } from '../spread/Spread';

interface PicturesProps extends CurvesProps {
  query: Query;
  /** How many runs it finds. */
  runs: number;
  selected: readonly string[];
  onSelect(ids: readonly string[]): void;
  /** What can't be asked: only the curves are shown. */
  fixed: boolean;
}

const LEAST_SPREAD = 3;

export function Pictures({ query, runs, selected, onSelect, fixed, ...curves }: PicturesProps): ReactNode {
  const [over, setOver] = useState(false);
  if (fixed || runs < LEAST_SPREAD) {
    return <Curves {...curves} />;
  }
  return (
    <section aria-label="Pictures">
      <div className="nbm-switch" role="group" aria-label="Which pictures">
        <button type="button" aria-pressed={!over} onClick={() => setOver(false)}>
          Curves
        </button>
        <button type="button" aria-pressed={over} onClick={() => setOver(true)}>
          Over all runs
        </button>
      </div>
      {over ? <Spread query={query} selected={selected} onSelect={onSelect} /> : <Curves {...curves} />}
    </section>
  );
}
