/** Boards beside the runs: models, jobs, monitors. */

import type { ReactNode } from 'react';

import { useHost } from '../host';
import type { Board } from '../place';
import { Frame } from './Frame';
import { JobsBoard } from './JobsBoard';

export const BOARD_TITLES: Record<Board, string> = { registry: 'Models', jobs: 'Jobs', monitors: 'Monitors' };

export function BoardView({ board }: { board: Board }): ReactNode {
  const { kind } = useHost();
  const title = BOARD_TITLES[board];
  return (
    <section className="nbm-app nbm-board" aria-label={title}>
      {kind !== 'page' && <h2>{title}</h2>}
      {board === 'jobs' ? <JobsBoard /> : board === 'registry' ? <Registry /> : <Monitors />}
    </section>
  );
}

function Registry(): ReactNode {
  return (
    <Frame heads={['model', 'version', 'stage', 'from run', 'approved by', 'since']}>
      <h2>No model is registered</h2>
      <p>
        Named models with versions, stages and approvals will stand here. This version of nbmlops keeps models with
        their runs; a registry over them is still to come.
      </p>
      <p className="nbm-faint">
        A model that a tracked cell kept is found on the page of its run, and loaded by{' '}
        <code>nbmlops.load_model("RUN")</code>.
      </p>
    </Frame>
  );
}

function Monitors(): ReactNode {
  return (
    <Frame heads={['monitor', 'model', 'drift', 'performance', 'last alert', 'checked']}>
      <h2>Nothing is monitored</h2>
      <p>
        What models meet once they are in use will stand here: drift, performance, alerts. This version of nbmlops
        has no monitors; they are still to come.
      </p>
      <p className="nbm-faint">
        Two datasets are compared today by <code>nbmlops data diff</code>.
      </p>
    </Frame>
  );
}
