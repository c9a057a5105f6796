/** A view in the main area. */

import { MainAreaWidget, ReactWidget } from '@jupyterlab/apputils';
import { Signal, type ISignal } from '@lumino/signaling';
import { useMemo, useState, type ReactElement, type ReactNode } from 'react';

import { App } from '../shared/App';
import type { Query } from '../shared/contract/queries';
import { HostContext, type Host } from '../shared/host';
import type { Place } from '../shared/place';
import type { ViewState } from '../shared/runs/state';
import type { RestSource } from '../shared/RestSource';
import { nameOf } from '../shared/runs/columns';
import { titleOf, type Address } from './address';
import { runsIcon } from './icons';

interface ViewProps {
  host: Host;
  address: Address;
  /** Cells of the notebook that the runs are of, where it is open. */
  cells: readonly string[];
  onState(state: ViewState): void;
}

function View({ host, address, cells, onState }: ViewProps): ReactNode {
  const { place, notebook } = address;
  const [state, setState] = useState(address.state);
  const scope = useMemo<Query>(() => {
    if (notebook) {
      return { notebook, cells: [...cells] };
    }
    return place.view === 'runs' && place.experiment ? { experiment: place.experiment } : {};
  }, [notebook, cells, place]);
  const caption = notebook
    ? `of ${notebook.slice(notebook.lastIndexOf('/') + 1)}`
    : place.view === 'runs' && place.experiment
      ? `of ${place.experiment}`
      : 'of all experiments';
  const change = (parts: Partial<ViewState>): void => {
    const after = { ...state, ...parts };
    setState(after);
    onState(after);
  };
  return (
    <HostContext.Provider value={host}>
      <div className="nbm-app nbm-lab-view">
        <App place={place} state={state} change={change} scope={scope} caption={caption} />
      </div>
    </HostContext.Provider>
  );
}

/** What stands in one tab. */
export class MainView extends ReactWidget {
  private readonly stateChangedSignal = new Signal<this, void>(this);

  constructor(
    readonly source: RestSource,
    private readonly host: Host,
    private current: Address,
    private readonly cells: readonly string[]
  ) {
    super();
    this.addClass('nbmlops-view');
  }

  get address(): Address {
    return this.current;
  }

  /** To another part of what is shown, or another baseline. */
  lead(place: Place): void {
    this.current = { ...this.current, place };
    this.update();
    this.stateChangedSignal.emit();
  }

  /** The reader has filtered, sorted or chosen. */
  get stateChanged(): ISignal<this, void> {
    return this.stateChangedSignal;
  }

  protected override render(): ReactElement {
    return (
      <View
        host={this.host}
        address={this.current}
        cells={this.cells}
        onState={state => {
          this.current = { ...this.current, state };
          this.stateChangedSignal.emit();
        }}
      />
    );
  }
}

/** A tab with a view in it; a run's has its name as soon as that is known. */
export function tabOf(view: MainView): MainAreaWidget<MainView> {
  const tab = new MainAreaWidget({ content: view });
  tab.toolbar.hide(); // there is nothing in it
  const { address } = view;
  tab.title.label = titleOf(address);
  tab.title.caption = titleOf(address);
  tab.title.icon = runsIcon;
  tab.title.closable = true;
  if (address.place.view === 'run') {
    const { id } = address.place;
    view.source.ask('page', { query: { ids: [id], limit: 1 } }).then(
      ({ rows: [row] }) => {
        if (row && !tab.isDisposed) {
          tab.title.label = nameOf(row);
          tab.title.caption = `Run ${nameOf(row)} ${id.slice(0, 8)} of ${row.experiment}`;
        }
      },
      () => undefined // the view says what is wrong
    );
  }
  return tab;
}
