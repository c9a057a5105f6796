/** All experiments at a glance, and the jobs of a store. `nbmlops/records/wire/fleet.py` in TypeScript. */

import type { Direction } from './values';

export type Mark = 'running' | 'failing' | 'differs' | 'unmet' | 'met' | 'doubtful' | 'unchecked';

export interface FleetRun {
  id: string;
  name: string;
  experiment: string;
  status: string;
  started: number;
  duration: number | null;
  value: number | null;
  verdict: string | null;
  findings: string[];
}

export interface FleetItem {
  name: string;
  goal: string;
  target: number | null;
  runs: number;
  running: number;
  models: number;
  metric: string;
  direction: Direction | null;
  newest: FleetRun | null;
  best: FleetRun | null;
  met: boolean | null;
  trend: number[];
  recent: string[];
  failed: number;
  marks: Mark[];
}

export interface Fleet {
  items: FleetItem[];
  newest: FleetRun[];
  made: boolean;
}

export interface JobPart {
  id: string;
  name: string;
  status: string;
}

export interface JobCells {
  total: number;
  completed: number;
  failed: number | null;
}

export interface JobInfo {
  id: string;
  name: string;
  experiment: string;
  status: string;
  started: number;
  duration: number | null;
  notebook: string | null;
  error: string;
  verdict: string | null;
  cells: JobCells | null;
  parts: JobPart[];
  part_count: number;
}

export interface Jobs {
  jobs: JobInfo[];
  total: number;
}
