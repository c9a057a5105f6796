/** What a comparison consists of. A new part is a component and a line here. */

import { useMemo, useState, type ReactNode } from 'react';

import { Curves } from '../charts/Curves';
import type { ComparisonData } from '../contract/comparison';
import { Evaluation } from '../evaluation/Evaluation';
import { Spread } from '../spread/Spread';
import { useHost } from '../host';
import type { RunSource } from '../source';
import { Differences } from './Differences';
import type { Tab, TabProps } from './tab';

export const TABS: readonly Tab[] = [
  { id: 'differences', title: 'Differences', Body: Differences },
  { id: 'curves', title: 'Curves', Body: ComparedCurves, has: comparison => comparison.metrics.length > 0 },
  { id: 'predictions', title: 'Predictions', Body: Evaluation, has: holdsPredictions },
  { id: 'spread', title: 'Scatter and importance', Body: ComparedSpread, has: holdsSpread }
];

function holdsPredictions({ runs }: ComparisonData, source: RunSource): boolean {
  return source.holds?.('evaluation', { ids: runs.map(run => run.row.id) }) ?? true;
}

/** Two runs are compared; only of more it can be asked what they have in common. */
function holdsSpread({ runs }: ComparisonData, source: RunSource): boolean {
  return runs.length > 2 && (source.holds?.('spread', {}) ?? true);
}

function ComparedCurves({ comparison, rows, marks, revision }: TabProps): ReactNode {
  const { source } = useHost();
  const [metric, setMetric] = useState('');
  const infos = comparison.metrics.map(one => ({
    key: one.key,
    group: 'metrics' as const,
    direction: one.direction,
    points: one.points,
    runs: one.values.filter(value => value !== null).length
  }));
  return (
    <Curves source={source} rows={rows} infos={infos} marks={marks} metric={metric} revision={revision} change={to => setMetric(to.metric)} />
  );
}

function ComparedSpread({ ids }: TabProps): ReactNode {
  const query = useMemo(() => ({ ids: [...ids] }), [ids]);
  const [selected, setSelected] = useState<readonly string[]>([]);
  return <Spread query={query} selected={selected} onSelect={setSelected} />;
}
