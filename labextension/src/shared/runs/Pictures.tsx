/** Below a table: the curves of the chosen runs, or how all that the filter finds spread. */

import { useState, type ReactNode } from 'react';

import { Curves, type CurvesProps } from '../charts/Curves';
import type { Query } from '../contract/queries';
import type { SpreadView } from '../spread/choice';
import { Spread, VIEWS } from '../spread/Spread';

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

type Shown = 'curves' | SpreadView;

const SHOWN: readonly [Shown, string][] = [['curves', 'Curves'], ...VIEWS];

export function Pictures({ query, runs, selected, onSelect, fixed, ...curves }: PicturesProps): ReactNode {
  const [shown, setShown] = useState<Shown>('curves');
  if (fixed || runs < LEAST_SPREAD) {
    return <Curves {...curves} />;
  }
  return (
    <section className="nbm-pictures" aria-label="Pictures">
      <div className="nbm-sp-views" role="group" aria-label="Which pictures">
        {SHOWN.map(([name, title]) => (
          <button key={name} type="button" aria-pressed={shown === name} onClick={() => setShown(name)}>
            {title}
          </button>
        ))}
      </div>
      {shown === 'curves' ? (
        <Curves {...curves} />
      ) : (
        <Spread query={query} selected={selected} onSelect={onSelect} view={shown} onView={setShown} />
      )}
    </section>
  );
}
