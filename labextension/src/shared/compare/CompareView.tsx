/** Some runs side by side, as a page of its own. */

import { useState, type ReactNode } from 'react';

import { useHost } from '../host';
import { Comparison } from './Comparison';
import { NothingChosen } from './NothingChosen';

export interface CompareViewProps {
  ids: readonly string[];
  /** The id of the run that the others are held against; empty for the best. */
  baseline?: string;
  /** Told of another baseline, where that is kept beside the place: in a widget it is a trait. */
  onBaseline?: ((id: string) => void) | undefined;
}

export function CompareView({ ids, baseline = '', onBaseline }: CompareViewProps): ReactNode {
  const { source, go } = useHost();
  const [kept, setKept] = useState({ ids, baseline });
  // Where there are no places, what is chosen is kept here.
  const shown = go ? { ids, baseline } : kept;
  const change = (part: Partial<typeof shown>): void => {
    const next = { ...shown, ...part };
    if (go) {
      go({ view: 'compare', ...next });
    } else {
      setKept(next);
    }
  };
  if (!shown.ids.length) {
    return <NothingChosen />;
  }
  return (
    <Comparison
      source={source}
      ids={shown.ids}
      baseline={shown.baseline || null}
      onBaseline={onBaseline ?? (id => change({ baseline: id }))}
      onRemove={id => change({ ids: shown.ids.filter(one => one !== id), baseline: shown.baseline === id ? '' : shown.baseline })}
      onClose={experiment => go?.({ view: 'runs', experiment })}
    />
  );
}
