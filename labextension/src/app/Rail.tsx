/** The views, and the experiments; a bar with a menu where the window is narrow. */

import { useMemo, useState, type ReactNode } from 'react';

import type { ExperimentInfo } from '../shared/contract/rows';
import { written } from '../shared/home/FleetLine';
import { countOf, formatNumber } from '../shared/parts/numbers';
import type { Place } from '../shared/place';
import { ThemeSwitch } from './ThemeSwitch';

/** From so many on, a field to find one among them. */
const MANY = 8;
const MOST = 200;

export interface RailProps {
  place: Place | null;
  chosen: readonly string[];
  experiments: readonly ExperimentInfo[];
  store: string;
  go(place: Place): void;
  onKeys(): void;
}

export function Rail({ place, chosen, experiments, store, go, onKeys }: RailProps): ReactNode {
  const [open, setOpen] = useState(false);
  const lead = (to: Place): void => {
    setOpen(false);
    go(to);
  };
  const item = (view: Exclude<Place['view'], 'run'>, words: string, to: Place, note = ''): ReactNode => (
    <li>
      <RailItem current={isAt(place, view)} words={words} note={note} onClick={() => lead(to)} />
    </li>
  );
  const total = experiments.reduce((sum, one) => sum + one.runs, 0);
  return (
    <nav className="nbm-rail" aria-label="Views" data-open={open}>
      <div className="nbm-rail-top">
        <button type="button" className="nbm-brand" onClick={() => lead({ view: 'home' })}>
          nbmlops
        </button>
        <button
          type="button"
          className="nbm-rail-menu nbm-button"
          aria-expanded={open}
          aria-controls="nbm-rail-body"
          onClick={() => setOpen(!open)}
        >
          Menu
        </button>
      </div>
      <div id="nbm-rail-body" className="nbm-rail-body">
        <ul>
          {item('home', 'Home', { view: 'home' })}
          {item('runs', 'Runs', { view: 'runs', experiment: '' }, total ? formatNumber(total) : '')}
          {item('compare', 'Compare', { view: 'compare', ids: chosen }, chosen.length > 1 ? `${chosen.length} chosen` : '')}
          {item('registry', 'Models', { view: 'registry' })}
          {item('jobs', 'Jobs', { view: 'jobs' })}
          {item('monitors', 'Monitors', { view: 'monitors' })}
        </ul>
        <Experiments experiments={experiments} place={place} go={lead} />
        <footer>
          <ThemeSwitch />
          <button type="button" className="nbm-faint nbm-small nbm-rail-keys" onClick={onKeys}>
            Keys <kbd>?</kbd>
          </button>
          <p className="nbm-faint nbm-small nbm-rail-store" title={store}>
            <bdi>{store}</bdi>
          </p>
        </footer>
      </div>
    </nav>
  );
}

function isAt(place: Place | null, view: Place['view']): boolean {
  return place?.view === view && !(place.view === 'runs' && place.experiment);
}

interface RailItemProps {
  current: boolean;
  words: string;
  note?: string;
  label?: string;
  title?: string | undefined;
  onClick(): void;
}

function RailItem({ current, words, note, label, title, onClick }: RailItemProps): ReactNode {
  return (
    <button type="button" aria-current={current ? 'page' : undefined} title={title} onClick={onClick}>
      <span>{words}</span>
      {note && (
        <span className="nbm-faint nbm-small" aria-label={label}>
          {note}
        </span>
      )}
    </button>
  );
}

type ExperimentsProps = Pick<RailProps, 'experiments' | 'place' | 'go'>;

function Experiments({ experiments, place, go }: ExperimentsProps): ReactNode {
  const [text, setText] = useState('');
  const filled = useMemo(() => experiments.filter(one => one.runs), [experiments]);
  const many = filled.length > MANY;
  const word = many ? text.trim().toLowerCase() : '';
  const found = word ? filled.filter(one => one.name.toLowerCase().includes(word)) : filled;
  const here = place?.view === 'runs' ? place.experiment : '';
  return (
    <div className="nbm-rail-experiments">
      <h2 className="nbm-faint nbm-small">Experiments</h2>
      {many && (
        <input
          className="nbm-field"
          type="search"
          value={text}
          placeholder={`Find in ${filled.length}`}
          aria-label="Find an experiment"
          onChange={event => setText(event.target.value)}
        />
      )}
      <ul aria-label="Experiments">
        {found.slice(0, MOST).map(one => (
          <li key={one.name}>
            <RailItem
              current={one.name === here}
              words={one.name}
              note={formatNumber(one.runs)}
              label={countOf(one.runs, 'run')}
              title={one.goal ? `${one.name}, goal ${written(one.goal)}` : one.name}
              onClick={() => go({ view: 'runs', experiment: one.name })}
            />
          </li>
        ))}
      </ul>
      {found.length > MOST && <p className="nbm-faint nbm-small">and {found.length - MOST} more: find one by name</p>}
      {!found.length && word && <p className="nbm-faint nbm-small">No experiment fits.</p>}
    </div>
  );
}
