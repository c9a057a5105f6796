/** Where another view is shown, it is begun at its top, and the keyboard is there. */

import { useCallback, useEffect, useRef, type RefObject } from 'react';

import type { Place } from '../shared/place';

export interface Arrival {
  main: RefObject<HTMLElement>;
  toMain(): void;
}

export function useArrival(place: Place | null): Arrival {
  const main = useRef<HTMLElement>(null);
  const toMain = useCallback(() => main.current?.focus({ preventScroll: true }), []);
  const key = viewOf(place);
  const seen = useRef<string | null>(null);
  useEffect(() => {
    const from = seen.current;
    seen.current = key;
    if (from !== null && from !== key) {
      window.scrollTo(0, 0);
      toMain();
    }
  }, [key, toMain]);
  return { main, toMain };
}

/** A part of a view is no other view: who leafs through the tabs of a run stays on them. */
function viewOf(place: Place | null): string | null {
  return place && JSON.stringify({ ...place, part: undefined });
}
