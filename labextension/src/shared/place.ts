/** What the reader looks at. Each host keeps it where it belongs: the page in its address, Lab in its layout. */

export type Board = 'registry' | 'jobs' | 'monitors';

export type Place =
  | { view: 'home' }
  /** Runs of one experiment; of all where it is empty. */
  | { view: 'runs'; experiment: string }
  | { view: 'compare'; ids: readonly string[] }
  /** `part`: which of its parts, the first where it is left out. */
  | { view: 'run'; id: string; part?: string }
  | { view: Board };
