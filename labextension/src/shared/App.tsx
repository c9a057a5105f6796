/** The view that a place names. Who has only one view shows that, and no App. */

import type { ReactNode } from 'react';

import { BoardView } from './boards/BoardView';
import { CompareView } from './compare/CompareView';
import type { Query } from './contract/queries';
import { HomeView } from './home/HomeView';
import { useHost } from './host';
import type { Place } from './place';
import { RunView } from './run/RunView';
import { RunsView } from './runs/RunsView';
import type { Change, ViewState } from './runs/state';

export interface AppProps {
  place: Place;
  /** Of the table of runs. */
  state: ViewState;
  change: Change;
  scope: Query;
  caption: string;
  /** See `RunsView`. */
  apart?: Readonly<Record<string, string>> | undefined;
  cautions?: readonly string[] | undefined;
}

export function App({ place, ...runs }: AppProps): ReactNode {
  const { source, kind } = useHost();
  switch (place.view) {
    case 'home':
      return <HomeView />;
    case 'runs':
      return <RunsView key={place.experiment} source={source} {...runs} />;
    case 'compare':
      return kind === 'widget' ? (
        <CompareView ids={place.ids} baseline={runs.state.baseline} onBaseline={baseline => runs.change({ baseline })} />
      ) : (
        <CompareView ids={place.ids} baseline={place.baseline ?? ''} />
      );
    case 'run':
      return <RunView key={place.id} id={place.id} part={place.part} />;
    default:
      return <BoardView board={place.view} />;
  }
}
