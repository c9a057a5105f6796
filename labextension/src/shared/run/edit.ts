/** What a reader changes of a run. */

import type { RunChange } from '../contract/changes';
import type { RunSource } from '../source';

export async function changeRun(source: RunSource, id: string, change: Omit<RunChange, 'ids'>): Promise<void> {
  await source.ask('change', { ids: [id], ...change });
}
