/** The tabs of the main area: one for each place, opened again where they were after a reload. */

import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { Notification, WidgetTracker, type MainAreaWidget } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Host } from '../shared/host';
import { INITIAL } from '../shared/runs/state';
import { addressOf, argsOf, keyOf, type Address } from './address';
import { MainView, tabOf } from './MainView';
import { openNotebook, showCell } from './notebook';
import type { Sources } from './sources';

type Tab = MainAreaWidget<MainView>;

export class MainArea {
  private readonly tabs = new WidgetTracker<Tab>({ namespace: 'nbmlops' });
  private count = 0;

  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly notebooks: INotebookTracker,
    private readonly sources: Sources
  ) {}

  /** Opens tabs again that were open before a reload, by the command that opens them. */
  restore(restorer: ILayoutRestorer, command: string): void {
    void restorer.restore(this.tabs, {
      command,
      args: tab => argsOf(tab.content.address),
      name: tab => keyOf(tab.content.address)
    });
  }

  /** Opens a place, or brings its tab to the front. */
  open(args: ReadonlyPartialJSONObject): Tab {
    const address = addressOf(args);
    const known = this.tabs.find(tab => keyOf(tab.content.address) === keyOf(address));
    const tab = known ?? this.made(address);
    known?.content.lead(address.place);
    this.app.shell.activateById(tab.id);
    return tab;
  }

  /** What views may do here, about the store of a folder. */
  host(folder: string): Host {
    return {
      kind: 'lab',
      source: this.sources.of(folder),
      go: place => void this.open(argsOf({ folder, place, notebook: '', state: INITIAL })),
      openCell: (notebook, cellId) => void this.openCell(folder, notebook, cellId),
      addressOf: path => this.sources.addressOf(path, folder)
    };
  }

  private made(address: Address): Tab {
    const source = this.sources.of(address.folder);
    const open = this.notebooks.find(panel => panel.context.localPath === address.notebook);
    const cells = open ? openNotebook(open).cells : [];
    const tab = tabOf(new MainView(source, this.host(address.folder), address, cells));
    tab.id = `nbmlops-view-${++this.count}`;
    tab.content.stateChanged.connect(() => void this.tabs.save(tab));
    void this.tabs.add(tab);
    this.app.shell.add(tab, 'main', { type: 'nbmlops' });
    return tab;
  }

  /** Shows a cell in its notebook, or in one that was renamed since; says so where there is neither. */
  private async openCell(folder: string, recorded: string, cellId: string): Promise<void> {
    const { path } = await this.sources
      .of(folder)
      .ask('notebook_place', { recorded })
      .catch(() => ({ path: null }));
    const panel = path === null ? this.holderOf(cellId) : await this.opened(path);
    await panel?.context.ready;
    if (panel) {
      this.app.shell.activateById(panel.id);
      await panel.revealed;
    }
    if (!panel || !showCell(panel, cellId)) {
      const name = recorded.slice(recorded.lastIndexOf('/') + 1);
      Notification.warning(
        panel ? `${name} has no such cell any more.` : `${recorded} is not in the folder that JupyterLab was started in.`,
        { autoClose: 8000 }
      );
    }
  }

  private holderOf(cellId: string): NotebookPanel | undefined {
    return this.notebooks.find(panel => panel.content.widgets.some(cell => cell.model.id === cellId));
  }

  private async opened(path: string): Promise<NotebookPanel | undefined> {
    const known = this.notebooks.find(panel => panel.context.localPath === path);
    return known ?? ((await this.app.commands.execute('docmanager:open', { path })) as NotebookPanel | undefined);
  }
}
