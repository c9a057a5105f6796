/** The panel beside a notebook. */

import { ReactWidget } from '@jupyterlab/apputils';
import { useEffect, useMemo, useReducer, type ReactElement, type ReactNode } from 'react';

import { HostContext, type Host } from '../shared/host';
import { runsIcon } from './icons';
import type { CurrentNotebook, OpenNotebook } from './notebook';
import type { Preferences } from './preferences';
import { RunList } from './RunList';

const NO_CELLS: ReadonlySet<string> = new Set();

interface SideProps {
  current: CurrentNotebook;
  preferences: Preferences;
  hostOf(folder: string): Host;
  onTable(notebook: OpenNotebook): void;
}

function Side({ current, preferences, hostOf, onTable, shown }: SideProps & { shown: string | null }): ReactNode {
  const [, renew] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    current.changed.connect(renew);
    preferences.changed.connect(renew);
    return () => {
      current.changed.disconnect(renew);
      preferences.changed.disconnect(renew);
    };
  }, [current, preferences]);
  const notebook = current.now;
  const folder = notebook?.folder ?? '';
  const host = useMemo(() => hostOf(folder), [hostOf, folder]);
  const scope = useMemo(() => notebook && { notebook: notebook.path, cells: [...notebook.cells] }, [notebook]);
  const cells = useMemo(() => (notebook ? new Set(notebook.cells) : NO_CELLS), [notebook]);
  return (
    <HostContext.Provider value={host}>
      <RunList
        key={notebook?.path ?? ''}
        scope={scope}
        caption={notebook?.name ?? 'No notebook is open'}
        cells={cells}
        others={preferences.others}
        shown={shown}
        onCell={id => current.showCell(id)}
        onTable={() => notebook && onTable(notebook)}
      />
    </HostContext.Provider>
  );
}

/** The panel. It asks for nothing while it is hidden. */
export class RunsSide extends ReactWidget {
  private shown: string | null = null;

  constructor(private readonly props: SideProps) {
    super();
    this.id = 'nbmlops-runs';
    this.title.icon = runsIcon;
    this.title.caption = 'Runs of this notebook';
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Runs of this notebook');
    this.addClass('nbmlops-side');
  }

  /** Shows one of its runs in full. */
  showRun(runId: string): void {
    this.shown = runId;
    this.update();
  }

  protected override onAfterShow(): void {
    this.update();
  }

  protected override onAfterHide(): void {
    this.update();
  }

  protected override render(): ReactElement {
    return this.isVisible ? <Side {...this.props} shown={this.shown} /> : <></>;
  }
}
