/** Everything about one run. `nbmlops/records/wire/details.py` in TypeScript. */

import type { Row } from './rows';
import type { Direction, WireNumber, WireValue } from './values';

export interface ParamInfo {
  key: string;
  value: WireValue;
  origin: string;
  chosen: boolean;
}

export interface MetricInfo {
  key: string;
  last: WireNumber;
  min: WireNumber;
  max: WireNumber;
  count: number;
  last_step: number | null;
  direction: Direction | null;
  origin: string;
}

export interface InputInfo {
  name: string;
  kind: string;
  source: string;
  shape: number[];
  columns: string[];
  path: string | null;
  nbytes: number | null;
  content: string;
  schema: string;
  note: string;
  profiled: boolean;
  kept: boolean;
  dvc: string;
  maker: number | null;
}

export interface ArtifactInfo {
  name: string;
  kind: string;
  media_type: string;
  size: number;
  digest: string;
  is_dir: boolean;
}

export interface GitInfo {
  commit: string;
  dirty: boolean;
  branch: string | null;
  remote: string | null;
}

export interface MetricChange {
  key: string;
  then: string;
  now: string;
  change: string;
}

export interface CheckInfo {
  verdict: string;
  checked: number;
  summary: string;
  metrics: MetricChange[];
  remarks: string[];
}

export interface NeedInfo {
  cell: number;
  names: string[];
}

export interface SliceCellInfo {
  mark: string;
  first: string;
  reason: string;
  failed: boolean;
  source: string;
  needs: NeedInfo[];
  reads: string[];
  writes: string[];
  masked: boolean;
  cell_id: string | null;
}

export interface ModuleInfo {
  name: string;
  path: string;
  changed: boolean;
  diff: string;
}

export interface PoolInfo {
  library: string;
  version: string;
  threads: number | null;
}

export interface EnvironmentInfo {
  build: string;
  executable: string;
  cpus: number | null;
  pools: PoolInfo[];
  threads: Record<string, string>;
  hash_seed: string | null;
  seeds: Record<string, string>;
  direct: Record<string, string>;
}

export interface RunDetails {
  row: Row;
  ended: number | null;
  source: string;
  traceback: string;
  params: ParamInfo[];
  metrics: MetricInfo[];
  inputs: InputInfo[];
  artifacts: ArtifactInfo[];
  notices: string[];
  check: CheckInfo | null;
  slice: SliceCellInfo[];
  needs: NeedInfo[];
  deleted: boolean;
  modules: ModuleInfo[];
  git: GitInfo | null;
  python: string;
  platform: string;
  packages: Record<string, string>;
  environment: EnvironmentInfo | null;
  cwd: string;
  cpu_seconds: number | null;
  peak_rss_bytes: number | null;
  start_rss_bytes: number | null;
  gpu_peak_bytes: number | null;
  stdout: string;
  stderr: string;
  warnings: string[];
  result: string;
}
