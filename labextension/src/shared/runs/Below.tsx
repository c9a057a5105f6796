/** Below the table: curves of the chosen runs, or all runs of the query at once. */

import { useState, type ReactNode } from 'react';

import { Curves, type CurvesProps } from '../charts/Curves';
import type { Query } from '../contract/queries';
import { countOf } from '../parts/numbers';
import { SPREAD_VIEWS, type SpreadView } from '../spread/choice';
import { Spread } from '../spread/Spread';
import { Views } from '../spread/Views';

/** Two runs are compared; only of more it can be asked what they have in common. */
const LEAST_RUNS = 3;
type View = 'curves' | SpreadView;
const VIEWS: readonly (readonly [View, string])[] = [['curves', 'Curves'], ...SPREAD_VIEWS];

export interface BelowProps extends CurvesProps {
  query: Query;
  /** How many the query finds. */
  runs: number;
  /** There is no store to ask. */
  fixed: boolean;
  selected: readonly string[];
  onSelect(selected: readonly string[]): void;
}

export function Below({ query, runs, fixed, selected, onSelect, ...curves }: BelowProps): ReactNode {
  const [view, setView] = useState<View>('curves');
  if (fixed || runs < LEAST_RUNS) {
    return <Curves {...curves} />;
  }
  return (
    <div className="nbm-below">
      <div className="nbm-bar">
        <Views<View> label="Below the table" views={VIEWS} view={view} onView={setView} />
        {view !== 'curves' && <span>of all {countOf(runs, 'run')}</span>}
      </div>
      {view === 'curves' && !curves.rows.length && (
        <p className="nbm-faint">Choose a group: the curves of its runs are drawn here.</p>
      )}
      {view === 'curves' ? (
        <Curves {...curves} />
      ) : (
        <Spread query={query} selected={selected} onSelect={onSelect} view={view} onView={setView} />
      )}
    </div>
  );
}
