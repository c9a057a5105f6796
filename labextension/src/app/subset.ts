/** Some of the runs of a comparison, for a report that holds the comparison of all.
 *
 * What is judged in words is of all runs, and left out; numbers are held against the baseline anew.
 */

import type {
  ComparedData,
  ComparedMetric,
  ComparedParam,
  ComparedSetting,
  ComparisonData,
  MetricDelta
} from '../shared/contract/comparison';
import type { WireNumber } from '../shared/contract/values';

/** Null where one of the runs is not among those compared. */
export function subset(whole: ComparisonData, ids: readonly string[], baseline: string | null): ComparisonData | null {
  const wanted = new Set(ids);
  const places = whole.runs.flatMap((run, at) => (wanted.has(run.row.id) ? [at] : []));
  if (places.length < wanted.size) {
    return null;
  }
  const held = new Map(places.map((place, at) => [place, at]));
  const again = (some: readonly number[]): number[] => some.flatMap(place => held.get(place) ?? []);
  const pick = <T>(values: readonly T[]): T[] => places.map(place => values[place] as T);
  const runs = pick(whole.runs);
  const base = Math.max(0, runs.findIndex(run => run.row.id === baseline));
  const ranked = runs.map(run => run.standing === 'ranked');
  const metrics = whole.metrics
    .map(metric => ranking({ ...metric, values: pick(metric.values) }, base, ranked))
    .filter(metric => metric.values.some(value => value !== null));
  const [params, same] = parted(whole.params.map(param => ({ ...param, values: pick(param.values), lacking: again(param.lacking) })));
  return {
    ...whole,
    runs: runs.map(run => ({ ...run, source: against(run.source, runs[base]?.source ?? 'unknown', run === runs[base]) })),
    baseline: base,
    headline: headlineOf(metrics, runs.map(run => run.label)),
    grounds: [],
    cautions: whole.cautions.filter(caution => runs.some(run => caution.title.includes(run.label))),
    metrics,
    params,
    same_params: { ...whole.same_params, ...same },
    data: whole.data.map(one => readBy(one, again)).filter(one => one.versions.length + one.unknown.length > 0),
    environment: whole.environment.map(one => among(one, again)).filter(one => one.versions.length > 1),
    environments: Math.min(whole.environments, runs.length),
    figures: whole.figures
      .map(figure => ({ ...figure, places: pick(figure.places) }))
      .filter(figure => figure.places.some(Boolean)),
    identical: false
  };
}

function ranking(metric: ComparedMetric, base: number, ranked: readonly boolean[]): ComparedMetric {
  const { direction, values } = metric;
  const numbers = values.map(value => (value === null ? NaN : Number(value)));
  const merit = (value: number): number => (direction === 'min' ? -value : value);
  const fit = numbers.filter((value, at) => ranked[at] && Number.isFinite(value)).map(merit);
  const top = direction && fit.length ? Math.max(...fit) : null;
  const places = numbers.map((_, at) => at);
  return {
    ...metric,
    deltas: numbers.map((_, at) => (at === base ? null : deltaOf(values[at], values[base], direction))),
    best: top === null ? [] : places.filter(at => ranked[at] && merit(numbers[at] as number) === top),
    unranked_better: top === null ? [] : places.filter(at => !ranked[at] && merit(numbers[at] as number) > top)
  };
}

function deltaOf(
  value: WireNumber | null | undefined,
  base: WireNumber | null | undefined,
  direction: ComparedMetric['direction']
): MetricDelta | null {
  if (typeof value !== 'number' || typeof base !== 'number') {
    return null;
  }
  const absolute = value - base;
  const better = direction && absolute ? (direction === 'max') === absolute > 0 : null;
  return { absolute, relative: base ? absolute / Math.abs(base) : null, better };
}

/** Those that differ among the runs that are left, and the value of those that no longer do. */
function parted(params: readonly ComparedParam[]): [ComparedParam[], ComparisonData['same_params']] {
  const same: ComparisonData['same_params'] = {};
  const differing = params.filter(({ key, values, lacking }) => {
    const texts = new Set(values.map((value, at) => (lacking.includes(at) ? undefined : JSON.stringify(value))));
    if (texts.size === 1 && !lacking.length) {
      same[key] = values[0] ?? null;
    }
    return texts.size > 1;
  });
  return [differing, same];
}

function readBy(data: ComparedData, again: (places: readonly number[]) => number[]): ComparedData {
  const { versions } = among(data, again);
  const unknown = again(data.unknown);
  return { ...data, versions, unknown, missing: again(data.missing), same: versions.length < 2 && !unknown.length };
}

function among<T extends ComparedSetting | ComparedData>(one: T, again: (places: readonly number[]) => number[]): T {
  const versions = one.versions.map(version => ({ ...version, runs: again(version.runs) }));
  return { ...one, versions: versions.filter(version => version.runs.length) };
}

type SourceWord = ComparisonData['runs'][number]['source'];

/** Of two that are not as a third, nobody knows whether they are the same. */
function against(source: SourceWord, base: SourceWord, itself: boolean): SourceWord {
  if (itself || (source === 'same' && base === 'same')) {
    return 'same';
  }
  const told = source !== 'unknown' && base !== 'unknown' && source !== base;
  return told ? 'other' : 'unknown';
}

function headlineOf(metrics: readonly ComparedMetric[], labels: readonly string[]): string {
  const first = metrics.find(metric => metric.direction && metric.best.length);
  const best = first?.best.map(at => labels[at]).join(', ');
  return first && best ? `Best of these by ${first.key}: ${best}` : `${labels.length} runs, none called best`;
}
