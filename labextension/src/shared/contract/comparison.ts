/** What differs between runs. `nbmlops/records/wire/comparison.py` in TypeScript. */

import type { GitInfo } from './details';
import type { Row } from './rows';
import type { Direction, WireNumber, WireValue } from './values';

export const MOST_COMPARED = 50;

export type RunStanding = 'ranked' | 'doubtful' | 'other data' | 'running' | 'ended early';

export interface ComparedRun {
  row: Row;
  label: string;
  standing: RunStanding;
  reasons: string[];
  remarks: string[];
  git: GitInfo | null;
  source: 'same' | 'other' | 'unknown';
}

export interface ComparedParam {
  key: string;
  values: WireValue[];
  lacking: number[];
}

export interface MetricDelta {
  absolute: number;
  relative: number | null;
  better: boolean | null;
}

export interface ComparedMetric {
  key: string;
  direction: Direction | null;
  values: (WireNumber | null)[];
  deltas: (MetricDelta | null)[];
  best: number[];
  unranked_better: number[];
  points: number;
  goal: string;
}

export interface DataVersion {
  text: string;
  runs: number[];
}

export interface ComparedData {
  name: string;
  versions: DataVersion[];
  same: boolean;
  is_test: boolean;
  unknown: number[];
  missing: number[];
}

export interface CautionInfo {
  title: string;
  text: string;
}

export interface ComparedSetting {
  name: string;
  versions: DataVersion[];
}

export interface FigurePlace {
  media_type: string;
  size: number;
  content: string;
}

export interface ComparedFigure {
  name: string;
  places: (FigurePlace | null)[];
}

export interface ComparisonData {
  runs: ComparedRun[];
  baseline: number;
  headline: string;
  grounds: string[];
  cautions: CautionInfo[];
  metrics: ComparedMetric[];
  params: ComparedParam[];
  same_params: Record<string, WireValue>;
  default_params: number;
  data: ComparedData[];
  environment: ComparedSetting[];
  environments: number;
  figures: ComparedFigure[];
  identical: boolean;
}

export interface FigureData {
  media_type: string;
  data: string;
}
