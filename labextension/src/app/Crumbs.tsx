/** Where the reader is, and the way up. The last part is the title of what is shown. */

import { useEffect, useState, type ReactNode } from 'react';

import { useHost } from '../shared/host';
import { shortened } from '../shared/parts/values';
import { titleOf, type Place } from '../shared/place';

export function Crumbs({ place, goal }: { place: Place; goal: string }): ReactNode {
  const { go } = useHost();
  const experiment = useExperimentOf(place);
  const parents: [string, Place][] = [];
  if (place.view !== 'home') {
    parents.push(['Home', { view: 'home' }]);
  }
  if (place.view === 'run' || place.view === 'compare' || (place.view === 'runs' && place.experiment)) {
    parents.push(['Runs', { view: 'runs', experiment: '' }]);
  }
  if (experiment) {
    parents.push([experiment, { view: 'runs', experiment }]);
  }
  return (
    <header className="nbm-crumbs">
      <nav aria-label="Breadcrumbs">
        <ol>
          {parents.map(([words, to]) => (
            <li key={words}>
              <button type="button" className="nbm-faint" title={words} onClick={() => go?.(to)}>
                {shortened(words, 40)}
              </button>
            </li>
          ))}
          <li aria-current="page">
            <h1 title={titleOf(place)}>{titleOf(place)}</h1>
          </li>
        </ol>
      </nav>
      {goal && <span className="nbm-faint nbm-small">goal {goal}</span>}
    </header>
  );
}

/** The experiment of the run, or of the runs, that are shown. */
function useExperimentOf(place: Place): string {
  const { source } = useHost();
  const [found, setFound] = useState<{ id: string; experiment: string } | null>(null);
  const id = place.view === 'run' ? place.id : place.view === 'compare' ? (place.ids[0] ?? '') : '';
  useEffect(() => {
    let current = true;
    if (id) {
      source.ask('page', { query: { ids: [id], limit: 1 } }).then(
        page => current && setFound({ id, experiment: page.rows[0]?.experiment ?? '' }),
        () => undefined // the view meets the same, and says so
      );
    }
    return () => {
      current = false;
    };
  }, [source, id]);
  return found?.id === id ? found.experiment : '';
}
