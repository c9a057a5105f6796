/**
 * The badges of one notebook. They live beside the cells' own parts and never in the document: each is a node in
 * the cell's, drawn through a portal, so that it stays there when Lab takes the cell out of view and puts it back.
 */

import type { Cell } from '@jupyterlab/cells';
import { useEffect, useReducer, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';

import { CellBadge } from './CellBadge';
import type { CellRuns } from './cellRuns';

const INPUT = ':scope > .jp-Cell-inputWrapper';

interface BadgesProps {
  runs: CellRuns;
  onOpen(runId: string): void;
}

function Badges({ runs, onOpen }: BadgesProps): ReactNode {
  const [, renew] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    runs.changed.connect(renew);
    renew();
    return () => void runs.changed.disconnect(renew);
  }, [runs]);
  const shown = runs.panel.content.widgets.flatMap(cell => {
    const state = runs.of(cell.model.id);
    return state ? [{ cell, state }] : [];
  });
  const now = useNow(shown.some(({ state }) => state.status === 'RUNNING') ? 1_000 : 30_000);
  return shown.map(({ cell, state }) => (
    <UnderInput key={cell.model.id} cell={cell}>
      <CellBadge state={state} fresh={runs.freshness(state)} now={now} onOpen={() => onOpen(state.run_id)} />
    </UnderInput>
  ));
}

/** A place for its children between a cell's input and its output. */
function UnderInput({ cell, children }: { cell: Cell; children: ReactNode }): ReactNode {
  const [place, setPlace] = useState<HTMLElement | null>(null);
  useEffect(() => {
    const made = document.createElement('div');
    made.className = 'nbm-app nbm-badge-line';
    // In command mode a notebook takes single keys for commands: enter would edit the cell.
    made.dataset.lmSuppressShortcuts = 'true';
    // Lab makes a cell's parts when it first comes into view, and takes them out and in again as it leaves and returns.
    const put = (): void => {
      const input = cell.node.querySelector(INPUT);
      if (input && input.nextSibling !== made) {
        input.after(made);
      }
    };
    const observer = new MutationObserver(put);
    observer.observe(cell.node, { childList: true });
    put();
    setPlace(made);
    return () => {
      observer.disconnect();
      made.remove();
    };
  }, [cell]);
  return place && createPortal(children, place);
}

function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now() / 1000), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return Math.max(now, 0);
}

/** Draws the badges of a notebook until it is ended. */
export class BadgeLayer {
  private readonly root: Root = createRoot(document.createElement('div'));

  constructor(props: BadgesProps) {
    this.root.render(<Badges {...props} />);
  }

  end(): void {
    this.root.unmount();
  }
}
