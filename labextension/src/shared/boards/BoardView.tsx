/** Boards of what is yet to come: what each will hold, and what fills it. */

import type { ReactNode } from 'react';

import type { Board } from '../place';

const WORDS: Record<Board, { title: string; empty: string }> = {
  registry: { title: 'Models', empty: 'No model is registered in this store.' },
  jobs: { title: 'Jobs', empty: 'No notebook was run as a job in this store.' },
  monitors: { title: 'Monitors', empty: 'Nothing is monitored in this store.' }
};

export function BoardView({ board }: { board: Board }): ReactNode {
  const { title, empty } = WORDS[board];
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <div className="nbm-empty">
        <p>{empty}</p>
      </div>
    </section>
  );
}
