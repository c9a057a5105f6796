/** Whether what a cell's last run says still holds for the notebook as it stands. */

import type { CellNeed, CellState } from '../shared/contract/cells';
import { digestOf, isMarked } from './sourceMark';

/** A code cell as it stands in the notebook, saved or not. */
export interface CellNow {
  id: string;
  source: string;
  executionCount: number | null;
}

export interface Freshness {
  stale: boolean;
  /** "stale: cell [3] was edited"; empty where nobody can tell. */
  words: string;
  /** Each reason, as a part of a sentence. */
  reasons: readonly string[];
}

/** The cells of a notebook, looked up by id and by what stands in them. */
export class CellsNow {
  private readonly byId: ReadonlyMap<string, CellNow>;
  private readonly digests: ReadonlyMap<string, string>;

  constructor(cells: readonly CellNow[]) {
    this.byId = new Map(cells.map(cell => [cell.id, cell]));
    this.digests = new Map(cells.map(cell => [cell.id, digestOf(cell.source)]));
  }

  get(id: string): CellNow | undefined {
    return this.byId.get(id);
  }

  isStill(cell: CellNow, mark: CellNeed['source']): boolean {
    return isMarked(cell.source, this.digests.get(cell.id) ?? '', mark);
  }

  has(mark: CellNeed['source']): boolean {
    return [...this.byId.values()].some(cell => this.isStill(cell, mark));
  }
}

const UNKNOWN: Freshness = { stale: false, words: '', reasons: [] };

export function freshnessOf(state: CellState, now: CellsNow): Freshness {
  const own = now.get(state.cell_id);
  if (!own || state.status === 'RUNNING' || !state.source) {
    return UNKNOWN;
  }
  const reasons = state.needs.flatMap(need => reasonOf(need, state.execution_count, now) ?? []);
  if (!now.isStill(own, state.source)) {
    reasons.unshift('this cell was edited');
  }
  const [first] = reasons;
  return { stale: first !== undefined, words: first ? `stale: ${first}` : 'up to date', reasons };
}

/** What became of a cell that a run depended on; null when nothing did. */
function reasonOf(need: CellNeed, ran: number | null, now: CellsNow): string | null {
  const cell = need.cell_id === null ? undefined : now.get(need.cell_id);
  if (!cell) {
    // One that no front end named, or that was copied elsewhere: it may still stand there under another id.
    return need.cell_id === null || now.has(need.source) ? null : `${nameOf(need.execution_count)} is gone`;
  }
  if (!now.isStill(cell, need.source)) {
    return `${nameOf(need.execution_count)} was edited`;
  }
  const later = ran !== null && cell.executionCount !== null && cell.executionCount > ran;
  return later ? `${nameOf(cell.executionCount)} was run again` : null;
}

function nameOf(executionCount: number | null): string {
  return executionCount === null ? 'an earlier cell' : `cell [${executionCount}]`;
}
