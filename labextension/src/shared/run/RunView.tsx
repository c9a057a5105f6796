/** One run, as a page of its own. */

import type { ReactNode } from 'react';

import { useHost } from '../host';
import { Details } from './Details';

export function RunView({ id }: { id: string }): ReactNode {
  const { source, go } = useHost();
  return <Details source={source} id={id} onClose={() => go?.({ view: 'runs', experiment: '' })} />;
}
