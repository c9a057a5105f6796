/** What a comparison consists of. A new part is a component and a line here. */

import { useMemo, useState, type ReactNode } from 'react';

import { Curves } from '../charts/Curves';
import { Evaluation } from '../evaluation/Evaluation';
import { Spread } from '../spread/Spread';
import { useHost } from '../host';
import { Differences } from './Differences';
import type { Tab, TabProps } from './tab';

export const TABS: readonly Tab[] = [
  { id: 'differences', title: 'Differences', Body: Differences },
  { id: 'curves', title: 'Curves', Body: ComparedCurves, has: comparison => comparison.metrics.length > 0 },
  { id: 'predictions', title: 'Predictions', Body: Evaluation },
  { id: 'spread', title: 'Scatter and importance', Body: ComparedSpread, has: comparison => comparison.runs.length > 2 }
];

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
