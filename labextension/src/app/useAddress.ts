/** The page's address as state: another view is a step that the browser's way back undoes. */

import { useCallback, useEffect, useState } from 'react';

import type { Place } from '../shared/place';
import { INITIAL, type Change, type ViewState } from '../shared/runs/state';
import { addressOf, readAddress, type Address } from './address';

export interface Addressed extends Address {
  change: Change;
  go(place: Place): void;
  /** Leads to where the address names no view. */
  leave(): void;
}

export function useAddress(): Addressed {
  const [address, setAddress] = useState(() => readAddress(window.location.hash));
  useEffect(() => {
    const wanted = addressOf(address);
    if (wanted !== window.location.hash) {
      window.history.replaceState(null, '', here() + wanted);
    }
  }, [address]);
  useEffect(() => {
    const read = (): void => setAddress(readAddress(window.location.hash));
    window.addEventListener('popstate', read);
    return () => window.removeEventListener('popstate', read);
  }, []);
  const step = useCallback((after: Address): void => {
    const wanted = addressOf(after);
    if (wanted !== window.location.hash) {
      window.history.pushState(null, '', here() + wanted);
    }
    setAddress(after);
  }, []);
  const go = useCallback(
    (to: Place): void => {
      const { state } = readAddress(window.location.hash);
      step({ place: to, state: to.view === 'runs' ? startedAnew(state) : state });
    },
    [step]
  );
  const leave = useCallback(() => step({ place: null, state: INITIAL }), [step]);
  const change = useCallback<Change>(
    parts => setAddress(before => ({ ...before, state: { ...before.state, ...parts } })),
    []
  );
  return { ...address, change, go, leave };
}

/** A file has no way to be addressed but its own. */
function here(): string {
  return window.location.pathname + window.location.search;
}

function startedAnew(state: ViewState): ViewState {
  return { ...state, selected: [], orderBy: '', metric: '', columns: [], groupBy: [], widths: {} };
}
