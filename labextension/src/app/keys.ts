/** Keys that lead anywhere: `g`, then a letter. */

import { useEffect } from 'react';

import type { Place } from '../shared/place';

export const PLACES: readonly (readonly [string, string, Place])[] = [
  ['h', 'home', { view: 'home' }],
  ['r', 'all runs', { view: 'runs', experiment: '' }],
  ['m', 'models', { view: 'registry' }],
  ['j', 'jobs', { view: 'jobs' }],
  ['o', 'monitors', { view: 'monitors' }]
];
const PATIENCE_MS = 1500;

/** Watches before any view does: a table takes single letters for itself. */
export function useKeys(go: (place: Place) => void, help: () => void): void {
  useEffect(() => {
    let until = 0;
    const onKey = (event: KeyboardEvent): void => {
      const chord = event.ctrlKey || event.metaKey || event.altKey;
      const node = event.target as HTMLElement | null;
      if (chord || node?.closest?.('input:not([type=checkbox]), select, textarea, [contenteditable]')) {
        return;
      }
      const waits = Date.now() < until;
      const place = waits ? PLACES.find(([key]) => key === event.key)?.[2] : undefined;
      until = event.key === 'g' && !waits ? Date.now() + PATIENCE_MS : 0;
      if (place) {
        go(place);
      } else if (event.key === '?') {
        help();
      }
      if (place || event.key === '?' || event.key === 'g') {
        event.preventDefault();
        event.stopPropagation();
      }
    };
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, [go, help]);
}
