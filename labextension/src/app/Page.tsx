/** The page: a rail with the views, and the view that the address names. */

import { useCallback, useEffect, useMemo, useReducer, useState, type ReactNode } from 'react';

import { App } from '../shared/App';
import type { Query } from '../shared/contract/queries';
import type { ExperimentInfo } from '../shared/contract/rows';
import { written } from '../shared/home/FleetLine';
import { HostContext, type Host } from '../shared/host';
import { Skeleton } from '../shared/parts/States';
import { titleOf, type Place } from '../shared/place';
import type { RunSource } from '../shared/source';
import { Crumbs } from './Crumbs';
import { useKeys } from './keys';
import { KeysHelp } from './KeysHelp';
import { Rail } from './Rail';
import { useAddress } from './useAddress';
import { useArrival } from './useArrival';

export interface PageProps {
  source: RunSource;
  /** See `Host`. */
  addressOf(path: string): string;
}

export function Page({ source, addressOf }: PageProps): ReactNode {
  const { place: named, state, change, go } = useAddress();
  const known = useStore(source);
  const [help, setHelp] = useState(false);
  const place = useMemo(() => named ?? firstPlace(known), [named, known]);
  const experiment = place?.view === 'runs' ? place.experiment : '';
  const scope = useMemo<Query>(() => (experiment ? { experiment } : {}), [experiment]);
  const host = useMemo<Host>(() => ({ kind: 'page', source, go, addressOf }), [source, go, addressOf]);
  const { main, toMain } = useArrival(place);
  useKeys(
    go,
    useCallback(() => setHelp(true), [])
  );
  useEffect(() => {
    document.title = place ? `${titleOf(place)} · nbmlops` : 'nbmlops';
  }, [place]);
  const goal = known?.experiments.find(one => one.name === experiment)?.goal ?? '';
  return (
    <HostContext.Provider value={host}>
      <div className="nbm-app nbm-page">
        <button type="button" className="nbm-skip" onClick={toMain}>
          Skip to the content
        </button>
        <Rail
          place={place}
          chosen={state.selected}
          experiments={known?.experiments ?? []}
          store={known?.store ?? ''}
          go={go}
          onKeys={() => setHelp(true)}
        />
        <main ref={main} tabIndex={-1}>
          {place ? (
            <>
              <Crumbs place={place} goal={written(goal)} />
              <App
                place={place}
                state={state}
                change={change}
                scope={scope}
                caption={experiment ? '' : 'of all experiments'}
              />
            </>
          ) : (
            <Skeleton lines={12} />
          )}
        </main>
        {help && <KeysHelp onClose={() => setHelp(false)} />}
      </div>
    </HostContext.Provider>
  );
}

/** All at a glance, where there is more than one; null as long as nobody knows. */
function firstPlace(known: Known | null): Place | null {
  if (!known) {
    return null;
  }
  const [only, ...others] = known.experiments.filter(one => one.runs);
  return only && !others.length ? { view: 'runs', experiment: only.name } : { view: 'home' };
}

interface Known {
  experiments: readonly ExperimentInfo[];
  store: string;
}

function useStore(source: RunSource): Known | null {
  const [found, setFound] = useState<Known | null>(null);
  const [attempt, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => source.onChange(again), [source]);
  useEffect(() => {
    let current = true;
    source.ask('page', { query: { ids: [], limit: 0 } }).then(
      page => current && setFound({ experiments: page.experiments, store: page.store }),
      // The view meets the same, and says so.
      () => current && setFound(before => before ?? { experiments: [], store: '' })
    );
    return () => {
      current = false;
    };
  }, [source, attempt]);
  return found;
}
