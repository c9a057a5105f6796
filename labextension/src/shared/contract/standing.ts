/** How a run stands among others. `nbmlops/records/wire/standing.py` in TypeScript. */

import type { Direction, WireNumber } from './values';

export interface RunLink {
  id: string;
  name: string;
  status: string;
  started: number;
  value: WireNumber | null;
}

export interface BestInfo {
  key: string;
  direction: Direction;
  value: number;
  id: string;
  name: string;
  better: boolean | null;
  change: string;
}

export interface Standing {
  goal: string;
  goal_metric: string;
  goal_met: boolean | null;
  metric: string;
  best: BestInfo[];
  siblings: RunLink[];
  count: number;
  place: number;
  parent: RunLink | null;
  parts: RunLink[];
  part_count: number;
}
