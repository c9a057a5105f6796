/** The notebook that the reader is in: its path, its cells, and when one of them has run. */

import { NotebookActions, type INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { Signal, type ISignal } from '@lumino/signaling';

export interface OpenNotebook {
  /** Relative to the server's root. */
  path: string;
  /** The folder it lies in, as the routes name it. */
  folder: string;
  name: string;
  cells: readonly string[];
}

/** Follows the current notebook. */
export class CurrentNotebook {
  private panel: NotebookPanel | null = null;
  private readonly changedSignal = new Signal<this, void>(this);
  private readonly executedSignal = new Signal<this, void>(this);

  constructor(tracker: INotebookTracker) {
    tracker.currentChanged.connect((_, panel) => this.follow(panel));
    this.follow(tracker.currentWidget);
    NotebookActions.executed.connect((_, { notebook }) => {
      if (notebook === this.panel?.content) {
        this.changedSignal.emit(); // a new cell has run: its id is another one to look for
        this.executedSignal.emit();
      }
    });
  }

  /** Another notebook, another path, other cells. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** A cell has run. */
  get executed(): ISignal<this, void> {
    return this.executedSignal;
  }

  /** The notebook; null where none is open. */
  get now(): OpenNotebook | null {
    const panel = this.panel;
    if (!panel || panel.isDisposed) {
      return null;
    }
    const path = panel.context.localPath;
    const at = path.lastIndexOf('/');
    const cells = [...(panel.content.model?.cells ?? [])].map(cell => cell.id);
    return { path, folder: at === -1 ? '' : path.slice(0, at), name: path.slice(at + 1), cells };
  }

  /** Brings a cell into view and makes it the active one. */
  showCell(id: string): void {
    const content = this.panel?.content;
    const at = content?.widgets.findIndex(cell => cell.model.id === id) ?? -1;
    const cell = content?.widgets[at];
    if (content && cell) {
      content.activeCellIndex = at;
      void content.scrollToCell(cell);
    }
  }

  private follow(panel: NotebookPanel | null): void {
    if (this.panel === panel) {
      return;
    }
    this.panel?.context.pathChanged.disconnect(this.onChange, this);
    this.panel = panel;
    panel?.context.pathChanged.connect(this.onChange, this);
    void panel?.context.ready.then(() => this.changedSignal.emit());
    this.changedSignal.emit();
  }

  private onChange(): void {
    this.changedSignal.emit();
  }
}
