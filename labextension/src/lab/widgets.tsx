/** The panel beside a notebook, and the table that it opens. */

import { ReactWidget } from '@jupyterlab/apputils';
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { LabIcon } from '@jupyterlab/ui-components';
import { useEffect, useMemo, useReducer, useState, type ReactElement, type ReactNode } from 'react';

import { RunsView } from '../shared/runs/RunsView';
import type { Query } from '../shared/contract/queries';
import { HostContext, type Host } from '../shared/host';
import { INITIAL } from '../shared/runs/state';
import type { CurrentNotebook, OpenNotebook } from './notebook';
import { RestSource, type Send } from '../shared/RestSource';
import { RunList } from './RunList';

export const runsIcon = new LabIcon({
  name: 'nbmlops:runs',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="#616161"><circle cx="3" cy="11" r="1.6"/><circle cx="7" cy="6.5" r="1.6"/>
  <circle cx="10.5" cy="9" r="1.6"/><circle cx="13.3" cy="3.6" r="1.6"/></g>
  <path class="jp-icon3" fill="none" stroke="#616161" stroke-opacity=".55" d="M3 11 7 6.5 10.5 9 13.3 3.6M1.5 14.5h13"/>
</svg>`
});

/** Requests as Lab makes them: with its token, and its proof against forged ones. */
function sender(settings: ServerConnection.ISettings): Send {
  return (path, init) =>
    ServerConnection.makeRequest(URLExt.join(settings.baseUrl, 'nbmlops/api/v1/') + path, init, settings);
}

function scopeOf(notebook: OpenNotebook): Query {
  return { notebook: notebook.path, cells: [...notebook.cells] };
}

function useSource(settings: ServerConnection.ISettings, folder: string): RestSource {
  return useMemo(() => new RestSource(sender(settings), folder), [settings, folder]);
}

interface SideProps {
  current: CurrentNotebook;
  settings: ServerConnection.ISettings;
  onTable(notebook: OpenNotebook): void;
}

function Side({ current, settings, onTable }: SideProps): ReactNode {
  const [, renew] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    current.changed.connect(renew);
    return () => void current.changed.disconnect(renew);
  }, [current]);
  const notebook = current.now;
  const source = useSource(settings, notebook?.folder ?? '');
  useEffect(() => {
    const poke = (): void => source.poke();
    current.executed.connect(poke);
    return () => void current.executed.disconnect(poke);
  }, [current, source]);
  if (!notebook) {
    return (
      <div className="nbm-app nbm-list">
        <div className="nbm-empty">
          <p>No notebook is open.</p>
          <p className="nbm-faint">The runs of the notebook that you are in stand here.</p>
        </div>
      </div>
    );
  }
  const host: Host = { kind: 'lab', source };
  return (
    <HostContext.Provider value={host}>
    <RunList
      key={notebook.path}
      source={source}
      scope={scopeOf(notebook)}
      caption={notebook.name}
      cells={new Set(notebook.cells)}
      onCell={id => current.showCell(id)}
      onTable={() => onTable(notebook)}
    />
    </HostContext.Provider>
  );
}

/** The panel. It asks for nothing while it is hidden. */
export class RunsSide extends ReactWidget {
  constructor(private readonly props: SideProps) {
    super();
    this.id = 'nbmlops-runs';
    this.title.icon = runsIcon;
    this.title.caption = 'Runs of this notebook';
    this.addClass('nbmlops-side');
  }

  protected override onAfterShow(): void {
    this.update();
  }

  protected override onAfterHide(): void {
    this.update();
  }

  protected override render(): ReactElement {
    return this.isVisible ? <Side {...this.props} /> : <></>;
  }
}

interface TableProps {
  notebook: OpenNotebook;
  settings: ServerConnection.ISettings;
}

function Table({ notebook, settings }: TableProps): ReactNode {
  const [state, setState] = useState(INITIAL);
  const source = useSource(settings, notebook.folder);
  const scope = useMemo(() => scopeOf(notebook), [notebook]);
  const host = useMemo<Host>(() => ({ kind: 'lab', source }), [source]);
  return (
    <HostContext.Provider value={host}>
      <RunsView
        source={source}
        state={state}
        change={parts => setState(before => ({ ...before, ...parts }))}
        scope={scope}
        caption={`of ${notebook.name}`}
      />
    </HostContext.Provider>
  );
}

/** The runs of a notebook as a table, in the main area. */
export class RunsTable extends ReactWidget {
  constructor(private readonly props: TableProps) {
    super();
    this.id = `nbmlops-table-${props.notebook.path}`;
    this.title.icon = runsIcon;
    this.title.label = `Runs of ${props.notebook.name}`;
    this.title.caption = props.notebook.path;
    this.title.closable = true;
    this.addClass('nbmlops-table');
  }

  protected override render(): ReactElement {
    return <Table {...this.props} />;
  }
}
