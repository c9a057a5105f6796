/** Some runs side by side, as a page of its own. */

import type { ReactNode } from 'react';

import { useHost } from '../host';
import { Comparison } from './Comparison';

export function CompareView({ ids }: { ids: readonly string[] }): ReactNode {
  const { source, go } = useHost();
  return <Comparison source={source} ids={ids} onClose={() => go?.({ view: 'runs', experiment: '' })} />;
}
