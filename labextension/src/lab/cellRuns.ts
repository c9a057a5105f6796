/** What the cells of one open notebook have made, and what stands in them now. */

import { isCodeCellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal, type ISignal } from '@lumino/signaling';

import type { CellState } from '../shared/contract/cells';
import type { RestSource } from '../shared/RestSource';
import { CellsNow, freshnessOf, type Freshness } from './freshness';
import { openNotebook } from './notebook';
import { folderOf, type Sources } from './sources';

/** So long after the last key is it asked whether a cell still is what ran. */
const SETTLE_MS = 150;

export class CellRuns {
  private states: ReadonlyMap<string, CellState> = new Map();
  private now = new CellsNow([]);
  private begun = false;
  private attends = false;
  private asked = 0;
  private timer = 0;
  private source: RestSource | null = null;
  private endSource: () => void = () => undefined;
  private readonly changedSignal = new Signal<this, void>(this);

  constructor(
    readonly panel: NotebookPanel,
    private readonly sources: Sources
  ) {
    void panel.context.ready.then(() => this.begin());
    panel.disposed.connect(this.end, this);
  }

  /** Another run, another text in a cell, other cells. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** The last run of a cell. */
  of(cellId: string): CellState | undefined {
    return this.states.get(cellId);
  }

  /** Whether that still holds. */
  freshness(state: CellState): Freshness {
    return freshnessOf(state, this.now);
  }

  /** Listens for news while somebody sees the notebook: who listens holds a connection, and a browser has few. */
  attend(): void {
    if (!this.begun || this.panel.isVisible === this.attends) {
      return;
    }
    this.attends = this.panel.isVisible;
    this.endSource();
    this.endSource = () => undefined;
    this.source = null;
    if (this.attends) {
      this.follow();
    }
  }

  private begin(): void {
    const { panel } = this;
    if (panel.isDisposed) {
      return;
    }
    this.begun = true;
    panel.content.model?.contentChanged.connect(this.settle, this);
    panel.content.model?.cells.changed.connect(this.settle, this);
    panel.context.pathChanged.connect(this.follow, this);
    this.look();
    this.attend();
  }

  private end(): void {
    window.clearTimeout(this.timer);
    this.endSource();
    Signal.clearData(this);
  }

  /** The store is that of the notebook's folder. */
  private follow(): void {
    if (!this.attends) {
      return;
    }
    const source = this.sources.of(folderOf(this.panel.context.localPath));
    if (source !== this.source) {
      this.endSource();
      this.source = source;
      this.endSource = source.onChange(() => this.ask());
    }
    this.ask();
  }

  private settle(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (this.look()) {
        this.ask();
      }
    }, SETTLE_MS);
  }

  /** Reads what stands in the cells now; whether there are other cells than before. */
  private look(): boolean {
    const cells = [...(this.panel.content.model?.cells ?? [])].filter(isCodeCellModel);
    const before = this.now;
    this.now = new CellsNow(
      cells.map(({ id, sharedModel, executionCount }) => ({ id, source: sharedModel.getSource(), executionCount }))
    );
    this.changedSignal.emit();
    return cells.some(cell => !before.get(cell.id));
  }

  /** Only the last question counts, whichever answer comes first. What cannot be answered leaves what is known. */
  private ask(): void {
    const { path, cells } = openNotebook(this.panel);
    const number = ++this.asked;
    this.source?.ask('cells', { notebook: path, cells }).then(
      found => {
        if (number === this.asked && !this.panel.isDisposed) {
          this.states = new Map(found.map(state => [state.cell_id, state]));
          this.changedSignal.emit();
        }
      },
      () => undefined // the panel meets the same, and says so
    );
  }
}
