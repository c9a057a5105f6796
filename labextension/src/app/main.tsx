/** The page: all experiments of a store, and the runs of the one that is chosen. */

import { StrictMode, useCallback, useEffect, useMemo, useReducer, useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import plotStyle from 'uplot/dist/uPlot.min.css';

import style from '../../style/index.css';
import { RestSource, type Send } from '../shared/RestSource';
import { App } from '../shared/App';
import { HostContext, type Host } from '../shared/host';
import type { Place } from '../shared/place';
import type { ViewState } from '../shared/runs/state';
import type { Query } from '../shared/contract/queries';
import type { ExperimentInfo } from '../shared/contract/rows';
import { countOf, formatNumber } from '../shared/parts/numbers';
import { NoRuns } from '../shared/parts/States';
import { addressOf, readAddress } from './address';
import pageStyle from './page.css';

const POLITE = 'same-origin';

function cookie(name: string): string {
  const found = document.cookie.split('; ').find(part => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
}

function below(baseUrl: string, path: string): string {
  return `${baseUrl}nbmlops/api/v1/${path}`;
}

/** Requests with the cookie that the token was exchanged for, and the proof against forged ones. */
function sender(baseUrl: string): Send {
  return (path, init) =>
    fetch(below(baseUrl, path), {
      ...init,
      credentials: POLITE,
      headers: { 'Content-Type': 'application/json', 'X-XSRFToken': cookie('_xsrf') }
    });
}

function Page({ source, baseUrl }: { source: RestSource; baseUrl: string }): ReactNode {
  const [address, setAddress] = useState(() => readAddress(window.location.hash));
  const { experiments, made } = useExperiments(source);
  const { place, state } = address;
  const experiment = place.view === 'runs' ? place.experiment : '';
  const scope = useMemo<Query>(() => (experiment ? { experiment } : {}), [experiment]);
  useEffect(() => {
    const wanted = addressOf(address);
    if (wanted !== window.location.hash) {
      window.history.replaceState(null, '', window.location.pathname + wanted);
    }
    document.title = `${titleOf(address.place)} · nbmlops`;
  }, [address]);
  useEffect(() => {
    const read = (): void => setAddress(readAddress(window.location.hash));
    window.addEventListener('popstate', read);
    return () => window.removeEventListener('popstate', read);
  }, []);
  const go = useCallback((to: Place): void => {
    // Another view is a step that the browser's way back undoes; what is filtered in one is not.
    setAddress(before => {
      const after = { place: to, state: to.view === 'runs' ? startedAnew(before.state) : before.state };
      window.history.pushState(null, '', window.location.pathname + addressOf(after));
      return after;
    });
  }, []);
  const host = useMemo<Host>(
    () => ({ kind: 'page', source, go, addressOf: path => below(baseUrl, path) }),
    [source, go, baseUrl]
  );
  const goal = experiments.find(one => one.name === experiment)?.goal;
  return (
    <HostContext.Provider value={host}>
      <div className="nbm-app nbm-page">
        <nav aria-label="Views">
          <h1>nbmlops</h1>
          <Views place={place} go={go} />
          <Experiments experiments={experiments} place={place} go={go} />
        </nav>
        <main>
          {made ? (
            <App
              place={place}
              state={state}
              change={parts => setAddress(before => ({ ...before, state: { ...before.state, ...parts } }))}
              scope={scope}
              caption={experiment ? `of ${experiment}${goal ? `, goal ${written(goal)}` : ''}` : 'of all experiments'}
            />
          ) : (
            <NoRuns made={false} />
          )}
        </main>
      </div>
    </HostContext.Provider>
  );
}

const TITLES: Record<Place['view'], string> = {
  home: 'Home',
  runs: 'Runs',
  compare: 'Comparison',
  run: 'Run',
  registry: 'Models',
  jobs: 'Jobs',
  monitors: 'Monitors'
};

function titleOf(place: Place): string {
  return (place.view === 'runs' && place.experiment) || TITLES[place.view];
}

function startedAnew(state: ViewState): ViewState {
  return { ...state, selected: [], orderBy: '', metric: '', columns: [] };
}

function Views({ place, go }: { place: Place; go(place: Place): void }): ReactNode {
  return (
    <ul>
      {(['home', 'registry', 'jobs', 'monitors'] as const).map(view => (
        <li key={view}>
          <button type="button" aria-current={place.view === view ? 'page' : undefined} onClick={() => go({ view })}>
            {TITLES[view]}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** A goal as it is set in print. */
function written(goal: string): string {
  return goal.replace('>=', '≥').replace('<=', '≤');
}

interface ExperimentsProps {
  experiments: readonly ExperimentInfo[];
  place: Place;
  go(place: Place): void;
}

function Experiments({ experiments, place, go }: ExperimentsProps): ReactNode {
  const total = experiments.reduce((sum, one) => sum + one.runs, 0);
  const all: ExperimentInfo[] = [{ name: '', runs: total, goal: '' }, ...experiments.filter(one => one.runs)];
  return (
    <ul>
      {all.map(one => (
        <li key={one.name}>
          <button
            type="button"
            aria-current={place.view === 'runs' && one.name === place.experiment ? 'page' : undefined}
            title={one.goal ? `Goal: ${written(one.goal)}` : undefined}
            onClick={() => go({ view: 'runs', experiment: one.name })}
          >
            <span>{one.name || 'All experiments'}</span>
            <span className="nbm-faint" aria-label={countOf(one.runs, 'run')}>
              {formatNumber(one.runs)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

interface Known {
  experiments: readonly ExperimentInfo[];
  made: boolean;
}

function useExperiments(source: RestSource): Known {
  const [found, setFound] = useState<Known>({ experiments: [], made: true });
  const [attempt, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => source.onChange(again), [source]);
  useEffect(() => {
    let current = true;
    source.ask('page', { query: { limit: 0 } }).then(
      page => current && setFound({ experiments: page.experiments, made: page.made }),
      () => undefined // the table meets the same, and says so
    );
    return () => {
      current = false;
    };
  }, [source, attempt]);
  return found;
}

function start(): void {
  const holder = document.getElementById('nbmlops');
  if (!holder) {
    return;
  }
  // The token has done its work: it must not stand in the history, nor in what is copied from the address bar.
  window.history.replaceState(null, '', window.location.pathname + window.location.hash);
  const { baseUrl = '/' } = JSON.parse(document.body.dataset.nbmlops ?? '{}') as { baseUrl?: string };
  const sheet = document.createElement('style');
  sheet.textContent = plotStyle + style + pageStyle;
  document.head.append(sheet);
  createRoot(holder).render(
    <StrictMode>
      <Page source={new RestSource(sender(baseUrl), null)} baseUrl={baseUrl} />
    </StrictMode>
  );
}

start();
