/** A column of many runs as an axis: where each run stands on it, and what is written beside it. */

import type { SpreadColumn } from '../contract/spread';
import type { WireValue } from '../contract/values';
import { labelled, roomy, roundNumbers } from '../evaluation/scale';
import { formatDuration, formatMoment, formatNumber } from '../parts/numbers';
import { shortened, valueText } from '../parts/values';

export interface Axis {
  id: string;
  label: string;
  kind: 'numeric' | 'text';
  /** Whether a logarithmic axis is possible, and whether it is one. */
  canLog: boolean;
  log: boolean;
  /** Of each run, from 0 to 1; NaN where it has none. */
  places: Float64Array;
  ticks: readonly { at: number; text: string }[];
  /** How far apart categories are; 0 on an axis of numbers. */
  step: number;
  missing: number;
}

const MOST_CATEGORIES = 24;
const OTHERS = 'others';
/** From here on a positive column is told best by its magnitudes: what nearly all of it spans, so that a few values
 * near zero don't make it look so. */
const LOG_RATIO = 100;
const TAIL = 0.05;
/** Below this a logarithmic axis looks like a straight one. */
const LEAST_RATIO = 4;

/**
 * @param log what the reader wants; undefined for what suits the values.
 */
export function axisOf(column: SpreadColumn, log?: boolean): Axis {
  return column.kind === 'numeric' ? numericAxis(column, log) : categoryAxis(column);
}

/** `metrics.auc` without its group; what a run has of its own is called as it is. */
export function columnLabel(id: string): string {
  return id.replace(/^(metrics|params|tags)\./, '');
}

export function numbersIn(column: SpreadColumn): number[] {
  return column.values.filter((value): value is number => typeof value === 'number');
}

function numericAxis(column: SpreadColumn, wanted?: boolean): Axis {
  const known = numbersIn(column);
  const [low, high] = endsOf(known);
  const canLog = low > 0 && high > LEAST_RATIO * low && column.id !== 'started';
  const log = canLog && (wanted ?? bulkRatio(known) > LOG_RATIO);
  const scaled = (value: number): number => (log ? Math.log10(value) : value);
  const [from, to] = roomy(known.length ? [scaled(low), scaled(high)] : []);
  const at = (value: number): number => (scaled(value) - from) / (to - from);
  const places = Float64Array.from(column.values, value => (typeof value === 'number' ? at(value) : NaN));
  const ticks = log ? magnitudes(10 ** from, 10 ** to) : roundNumbers(from, to, 5);
  return {
    id: column.id,
    label: columnLabel(column.id),
    kind: 'numeric',
    canLog,
    log,
    places,
    ticks: textsOf(column.id, ticks, log).map(({ value, text }) => ({ at: at(value), text })),
    step: 0,
    missing: column.values.length - known.length
  };
}

function bulkRatio(values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b);
  const at = (share: number): number => ordered[Math.round(share * (ordered.length - 1))] ?? 1;
  return at(1 - TAIL) / at(TAIL);
}

function endsOf(values: readonly number[]): [number, number] {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
}

/** Powers of ten, with 2 and 5 between them where there are few. */
function magnitudes(low: number, high: number): number[] {
  const powers = Array.from(
    { length: Math.floor(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, at) => Math.floor(Math.log10(low)) + at
  );
  const factors = powers.length > 3 ? [1] : [1, 2, 5];
  const every = powers.length > 8 ? Math.ceil(powers.length / 6) : 1;
  return powers
    .filter((_, at) => at % every === 0)
    .flatMap(power => factors.map(factor => Number(`${factor}e${power}`)))
    .filter(value => value >= low && value <= high);
}

function textsOf(id: string, ticks: readonly number[], log: boolean): { value: number; text: string }[] {
  if (id === 'started') {
    const short = (ticks[1] ?? 0) - (ticks[0] ?? 0) < 86_400;
    return ticks.map(value => ({ value, text: short ? formatMoment(value).slice(11, 16) : formatMoment(value).slice(0, 10) }));
  }
  if (id === 'duration') {
    return ticks.map(value => ({ value, text: value === 0 ? '0' : formatDuration(value) }));
  }
  return log ? ticks.map(value => ({ value, text: formatNumber(value, 3) })) : labelled(ticks);
}

function categoryAxis(column: SpreadColumn): Axis {
  const counts = new Map<string, number>();
  const texts = column.values.map(value => (value === null ? null : valueText(value)));
  texts.forEach(text => text !== null && counts.set(text, (counts.get(text) ?? 0) + 1));
  const named = categoriesOf(counts);
  const place = new Map(named.map((text, at) => [text, at]));
  const step = 1 / Math.max(1, named.length);
  const rest = place.get(OTHERS) ?? 0;
  return {
    id: column.id,
    label: columnLabel(column.id),
    kind: 'text',
    canLog: false,
    log: false,
    places: Float64Array.from(texts, text => (text === null ? NaN : ((place.get(text) ?? rest) + 0.5) * step)),
    ticks: named.map((text, at) => ({ at: (at + 0.5) * step, text: shortened(text || '(empty)', 16) })),
    step,
    missing: texts.filter(text => text === null).length
  };
}

/** All, in their order; of many only the most frequent. */
export function categoriesOf(counts: ReadonlyMap<string, number>): string[] {
  const every = [...counts.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  if (every.length <= MOST_CATEGORIES) {
    return every;
  }
  const most = new Set([...every].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0)).slice(0, MOST_CATEGORIES - 1));
  return [...every.filter(text => most.has(text)), OTHERS];
}

/** A value as its axis writes it. */
export function writtenAt(id: string, value: WireValue | undefined): string {
  if (typeof value !== 'number') {
    return value === null || value === undefined ? 'none' : shortened(valueText(value), 30);
  }
  if (id === 'started') {
    return formatMoment(value);
  }
  return id === 'duration' ? formatDuration(value) : formatNumber(value, 5);
}
