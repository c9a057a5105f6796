/** A report where scripts run: the document as it is, and the same runs to be sorted, searched and opened. */

import { useEffect, useMemo, useRef, type ReactNode } from 'react';

import { App } from '../shared/App';
import { HostContext, type Host } from '../shared/host';
import { titleOf, type Place } from '../shared/place';
import type { Recording } from './recording';
import { StaticSource } from './StaticSource';
import { useSystemTheme } from './theme';
import { useAddress } from './useAddress';
import { useArrival } from './useArrival';

export function Report({ recording, written }: { recording: Recording; written: HTMLElement | null }): ReactNode {
  const { place, state, change, go, leave } = useAddress();
  const source = useMemo(() => new StaticSource(recording), [recording]);
  const home = useRef(leave);
  home.current = leave;
  const host = useMemo<Host>(
    () => ({ kind: 'report', source, go: to => (to.view === 'home' ? home.current() : go(to)) }),
    [source, go]
  );
  const { main } = useArrival(place);
  useSystemTheme();
  useEffect(() => {
    // Hidden, not removed: it is what is printed.
    if (written) {
      written.hidden = place !== null;
    }
    const what = place ? `${titleOf(place)} · ` : '';
    document.title = what + recording.title;
  }, [written, place, recording]);
  const all: Place = { view: 'runs', experiment: '' };
  return (
    <HostContext.Provider value={host}>
      <div className="nbm-app nbm-report">
        <nav aria-label="Views">
          <Tab words="Report" current={place === null} onClick={leave} />
          <Tab words="Runs" current={place?.view === 'runs'} onClick={() => go(all)} />
          {recording.best && (
            <Tab
              words="Best run"
              current={place?.view === 'run' && place.id === recording.best}
              onClick={() => go({ view: 'run', id: recording.best ?? '' })}
            />
          )}
          {place?.view === 'run' && place.id !== recording.best && <Tab words={titleOf(place)} current />}
          {place?.view === 'compare' && <Tab words={titleOf(place)} current />}
          <span className="nbm-faint nbm-report-title">{place && recording.title}</span>
        </nav>
        {place && (
          <main ref={main} tabIndex={-1}>
            <App place={place} state={state} change={change} scope={{}} caption={`of ${recording.experiment}`} />
          </main>
        )}
      </div>
    </HostContext.Provider>
  );
}

function Tab({ words, current, onClick }: { words: string; current: boolean; onClick?: () => void }): ReactNode {
  return (
    <button type="button" aria-current={current ? 'page' : undefined} onClick={onClick}>
      {words}
    </button>
  );
}
