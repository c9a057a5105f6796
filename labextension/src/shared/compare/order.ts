/** Runs of a comparison in the order in which they stand, and what is said of their values. Pure functions. */

import type { ComparedData, ComparedMetric, ComparedRun, ComparisonData, DataVersion } from '../contract/comparison';
import { countOf, formatColumn, formatNumber, MINUS } from '../parts/numbers';
import { asNumber } from '../parts/values';

/** Places of the runs: the baseline first, the others as they come. */
export function orderOf(comparison: Pick<ComparisonData, 'runs' | 'baseline'>): number[] {
  const others = comparison.runs.map((_, at) => at).filter(at => at !== comparison.baseline);
  return [comparison.baseline, ...others];
}

export interface Delta {
  /** `+0.012`, or `the same`. */
  text: string;
  /** `+1.3 %`; empty where the baseline is 0. */
  relative: string;
  /** ▲ for better, ▼ for worse, whichever way that is; empty where that is not known. */
  sign: '▲' | '▼' | '';
  /** For who hears it: `better by 0.012`. */
  spoken: string;
}

/** What a metric's values are beside the baseline's: null where there is nothing to compare. */
export function deltasOf(metric: ComparedMetric): (Delta | null)[] {
  const texts = formatColumn(metric.deltas.map(delta => (delta ? exact(delta.absolute) : null)));
  return metric.deltas.map((delta, at) => {
    if (!delta) {
      return null;
    }
    if (delta.absolute === 0) {
      return { text: '=', relative: '', sign: '', spoken: 'the same' };
    }
    const way = delta.absolute < 0 ? MINUS : '+';
    const size = texts[at] ?? '';
    const word = delta.better === null ? (delta.absolute < 0 ? 'less' : 'more') : delta.better ? 'better' : 'worse';
    const relative = delta.relative === null ? '' : percent(delta.relative);
    return {
      text: way + size,
      relative,
      sign: delta.better === null ? '' : delta.better ? '▲' : '▼',
      spoken: `${word} by ${size}`
    };
  });
}

/** Without what subtracting has left in the last bits: 0.6 − 0.5 is 0.1. */
function exact(value: number): number {
  return Number(Math.abs(value).toPrecision(12));
}

function percent(share: number): string {
  const size = Math.abs(share) * 100;
  const digits = size >= 100 ? 3 : 2;
  return size >= 1000 ? '' : `${share < 0 ? MINUS : '+'}${formatNumber(size, digits)}${'\u2009'}%`;
}

/** Values of a metric as they are written in one line of a table. */
export function valuesOf(metric: ComparedMetric): string[] {
  return formatColumn(metric.values.map(value => asNumber(value)));
}

/** How far each value lies between the least and the greatest, 0 to 1; null where that says nothing. */
export function sharesOf(metric: ComparedMetric): (number | null)[] {
  const values = metric.values.map(value => asNumber(value));
  const finite = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  return values.map(value =>
    finite.length < 3 || low === high || value === null || !Number.isFinite(value) ? null : (value - low) / (high - low)
  );
}

/** Whether two runs' metrics may be held against each other: `why` says why not. */
export function whyNotComparable(runs: readonly ComparedRun[], baseline: number, at: number): string {
  for (const run of [runs[at], runs[baseline]]) {
    if (run && run.standing !== 'ranked') {
      return `${run.label}: ${run.reasons.join(' ') || run.standing}`;
    }
  }
  return '';
}

/** By run: which version it has, or undefined. */
export function versionsByRun(versions: readonly DataVersion[]): Map<number, DataVersion> {
  return new Map(versions.flatMap(version => version.runs.map(at => [at, version] as const)));
}

/** What a run has of an input, and whether it is other than the baseline's. */
export function dataCell(line: ComparedData, at: number, baseline: number): { text: string; other: boolean } {
  const versions = versionsByRun(line.versions);
  const version = versions.get(at);
  if (version) {
    return { text: version.text, other: at !== baseline && versions.has(baseline) && versions.get(baseline) !== version };
  }
  if (line.unknown.includes(at)) {
    return { text: 'no fingerprint', other: false };
  }
  return line.missing.includes(at) ? { text: 'not read', other: true } : { text: '', other: false };
}

/** `5 parameters the same, 17 defaults not shown`. */
export function sameWords(comparison: Pick<ComparisonData, 'same_params' | 'default_params'>): string {
  const same = Object.keys(comparison.same_params).length;
  const parts = [
    same ? `${countOf(same, 'parameter')} the same` : '',
    comparison.default_params ? `${countOf(comparison.default_params, 'default')} not shown` : ''
  ];
  return parts.filter(Boolean).join(', ');
}
