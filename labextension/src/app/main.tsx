/** The page: all experiments of a store, and the runs of the one that is chosen. */

import { StrictMode, useEffect, useMemo, useReducer, useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import plotStyle from 'uplot/dist/uPlot.min.css';

import style from '../../style/index.css';
import { RestSource, type Send } from '../lab/RestSource';
import { CompareApp } from '../shared/CompareApp';
import type { ExperimentInfo, Query } from '../shared/contract';
import { countOf, formatNumber } from '../shared/numbers';
import { NoRuns } from '../shared/States';
import { addressOf, readAddress, type Place } from './address';
import pageStyle from './page.css';

const POLITE = 'same-origin';

function cookie(name: string): string {
  const found = document.cookie.split('; ').find(part => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
}

/** Requests with the cookie that the token was exchanged for, and the proof against forged ones. */
function sender(baseUrl: string): Send {
  return (path, init) =>
    fetch(`${baseUrl}nbmlops/api/${path}`, {
      ...init,
      credentials: POLITE,
      headers: { 'Content-Type': 'application/json', 'X-XSRFToken': cookie('_xsrf') }
    });
}

function RunsPage({ source }: { source: RestSource }): ReactNode {
  const [place, setPlace] = useState(() => readAddress(window.location.hash));
  const { experiments, made } = useExperiments(source);
  const scope = useMemo<Query>(() => (place.experiment ? { experiment: place.experiment } : {}), [place.experiment]);
  useEffect(() => {
    window.history.replaceState(null, '', window.location.pathname + addressOf(place));
    document.title = `${place.experiment || 'Runs'} · nbmlops`;
  }, [place]);
  useEffect(() => {
    const read = (): void => setPlace(readAddress(window.location.hash));
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, []);
  const go = (experiment: string): void =>
    setPlace(before => ({ experiment, state: { ...before.state, selected: [], orderBy: '', metric: '', columns: [] } }));
  const goal = experiments.find(one => one.name === place.experiment)?.goal;
  return (
    <div className="nbm-app nbm-page">
      <nav aria-label="Experiments">
        <h1>nbmlops</h1>
        <Experiments experiments={experiments} place={place} go={go} />
      </nav>
      <main>
        {made ? (
          <CompareApp
            key={place.experiment}
            source={source}
            state={place.state}
            change={parts => setPlace(before => ({ ...before, state: { ...before.state, ...parts } }))}
            scope={scope}
            caption={place.experiment ? `of ${place.experiment}${goal ? `, goal ${written(goal)}` : ''}` : 'of all experiments'}
          />
        ) : (
          <NoRuns made={false} />
        )}
      </main>
    </div>
  );
}

/** A goal as it is set in print. */
function written(goal: string): string {
  return goal.replace('>=', '≥').replace('<=', '≤');
}

interface ExperimentsProps {
  experiments: readonly ExperimentInfo[];
  place: Place;
  go(experiment: string): void;
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
            aria-current={one.name === place.experiment ? 'page' : undefined}
            title={one.goal ? `Goal: ${written(one.goal)}` : undefined}
            onClick={() => go(one.name)}
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
    source.page({ limit: 0 }).then(
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
  const { baseUrl } = JSON.parse(document.body.dataset.nbmlops ?? '{}') as { baseUrl?: string };
  const sheet = document.createElement('style');
  sheet.textContent = plotStyle + style + pageStyle;
  document.head.append(sheet);
  createRoot(holder).render(
    <StrictMode>
      <RunsPage source={new RestSource(sender(baseUrl ?? '/'), null)} />
    </StrictMode>
  );
}

start();
