/** What the reader looks at. Each host keeps it where it belongs: the page in its address, Lab in its layout. */

export type Board = 'registry' | 'jobs' | 'monitors';

export type Place =
  | { view: 'home' }
  /** Runs of one experiment; of all where it is empty. */
  | { view: 'runs'; experiment: string }
  | { view: 'compare'; ids: readonly string[]; baseline?: string }
  /** `part`: which of its parts, the first where it is left out. */
  | { view: 'run'; id: string; part?: string }
  | { view: Board };

const TITLES: Record<Place['view'], string> = {
  home: 'Home',
  runs: 'Runs',
  compare: 'Comparison',
  run: 'Run',
  registry: 'Models',
  jobs: 'Jobs',
  monitors: 'Monitors'
};

/** What a place is called, in a title or a tab. */
export function titleOf(place: Place): string {
  switch (place.view) {
    case 'runs':
      return place.experiment || 'All runs';
    case 'compare':
      return place.ids.length ? `${TITLES.compare} of ${place.ids.length} runs` : TITLES.compare;
    case 'run':
      return `Run ${place.id.slice(0, 8)}`;
    default:
      return TITLES[place.view];
  }
}
