/** What a reader changes of a run. */

import type { RunSource } from '../source';

export interface Edit {
  name?: string;
  note?: string;
  /** A value of null removes the tag. */
  tags?: Record<string, string | null>;
}

export async function changeRun(source: RunSource, id: string, edit: Edit): Promise<void> {
  for (const [key, value] of Object.entries(edit.tags ?? {})) {
    await source.ask('set_tag', { run_id: id, key, value });
  }
}
