/** The notebook that the reader is in: its path, its cells, and whatever changes one of them. */

import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Signal, type ISignal } from '@lumino/signaling';

import { folderOf } from './sources';

export interface OpenNotebook {
  /** Relative to the server's root. */
  path: string;
  /** The folder it lies in, as the routes name it. */
  folder: string;
  name: string;
  cells: readonly string[];
}

/** What is asked about a notebook that is open. */
export function openNotebook(panel: NotebookPanel): OpenNotebook {
  const path = panel.context.localPath;
  const cells = [...(panel.content.model?.cells ?? [])].map(cell => cell.id);
  return { path, folder: folderOf(path), name: path.slice(path.lastIndexOf('/') + 1), cells };
}

/** Brings a cell into view and makes it the active one; false where the notebook has no such cell. */
export function showCell(panel: NotebookPanel, id: string): boolean {
  const { content } = panel;
  const at = content.widgets.findIndex(cell => cell.model.id === id);
  const cell = content.widgets[at];
  if (!cell) {
    return false;
  }
  content.activeCellIndex = at;
  void content.scrollToCell(cell);
  return true;
}

/** Follows the current notebook. */
export class CurrentNotebook {
  private panel: NotebookPanel | null = null;
  private known: OpenNotebook | null = null;
  private readonly changedSignal = new Signal<this, void>(this);

  constructor(tracker: INotebookTracker) {
    tracker.currentChanged.connect((_, panel) => this.follow(panel));
    this.follow(tracker.currentWidget);
  }

  /** Another notebook, another path, other cells. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** The notebook, the same object as long as nothing of it changes; null where none is open. */
  get now(): OpenNotebook | null {
    const panel = this.panel;
    if (!panel || panel.isDisposed) {
      return null;
    }
    const found = openNotebook(panel);
    if (!this.known || JSON.stringify(found) !== JSON.stringify(this.known)) {
      this.known = found;
    }
    return this.known;
  }

  /** Brings a cell into view and makes it the active one. */
  showCell(id: string): void {
    if (this.panel) {
      showCell(this.panel, id);
    }
  }

  private follow(panel: NotebookPanel | null): void {
    if (this.panel === panel) {
      return;
    }
    const before = this.panel;
    before?.context.pathChanged.disconnect(this.onChange, this);
    before?.content.model?.cells.changed.disconnect(this.onChange, this);
    this.panel = panel;
    panel?.context.pathChanged.connect(this.onChange, this);
    void panel?.context.ready.then(() => {
      if (this.panel === panel && !panel.isDisposed) {
        panel.content.model?.cells.changed.connect(this.onChange, this);
        this.onChange();
      }
    });
    this.onChange();
  }

  private onChange(): void {
    this.changedSignal.emit();
  }
}
