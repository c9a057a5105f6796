/** What the reader has chosen in Lab's settings. */

import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal, type ISignal } from '@lumino/signaling';

export type Side = 'left' | 'right';

export class Preferences {
  private settings: ISettingRegistry.ISettings | null = null;
  private readonly changedSignal = new Signal<this, void>(this);

  /** Reads the settings; until then, and where there are none, what is usual holds. */
  async load(registry: ISettingRegistry | null, id: string): Promise<void> {
    this.settings = (await registry?.load(id)) ?? null;
    this.settings?.changed.connect(() => this.changedSignal.emit());
    this.changedSignal.emit();
  }

  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  /** Whether tracked cells have a line under them. */
  get badges(): boolean {
    return this.of('badges') !== false;
  }

  get side(): Side {
    return this.of('side') === 'left' ? 'left' : 'right';
  }

  /** Where the badge of a cell opens its run. */
  get openIn(): 'main' | 'panel' {
    return this.of('openRunIn') === 'panel' ? 'panel' : 'main';
  }

  /** Whether the panel lists runs of other notebooks too. */
  get others(): boolean {
    return this.of('otherRuns') !== false;
  }

  private of(key: string): unknown {
    return this.settings?.composite[key];
  }
}
