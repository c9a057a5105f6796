/** What the predictions of some runs say about them. `nbmlops/records/wire/evaluation.py` in TypeScript. */

export interface ThresholdCurve {
  positives: number;
  negatives: number;
  thresholds: number[];
  hits: number[];
  alarms: number[];
  probable: boolean;
}

export interface AverageCurve {
  steps: number[];
  tpr: number[];
  precision: number[];
}

export interface CalibrationCurve {
  said: number[];
  seen: number[];
  counts: number[];
}

export interface ClassFigures {
  confusion: number[][];
  accuracy: number;
  f1: number;
  called_hits: number | null;
  called_alarms: number | null;
  auc: number | null;
  average_precision: number | null;
  brier: number | null;
  error: number | null;
  curve: ThresholdCurve | null;
  average: AverageCurve | null;
  calibration: CalibrationCurve | null;
}

export interface NumberFigures {
  mae: number;
  rmse: number;
  r2: number | null;
  bias: number;
  most: number;
  over: number;
  under: number;
  truth: number[];
  predicted: number[];
  bins: number[];
  first: number;
  trend_predicted: number[];
  trend_residual: number[];
}

export interface EvaluatedRun {
  id: string;
  rows: number;
  dropped: number;
  digest: string;
  note: string;
  classes: ClassFigures | null;
  numbers: NumberFigures | null;
}

export interface Evaluation {
  name: string;
  names: string[];
  task: 'classes' | 'numbers' | 'none';
  labels: string[];
  folded: number;
  of: string;
  width: number;
  runs: EvaluatedRun[];
}
