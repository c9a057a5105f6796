/** Places on an axis. */

import { formatNumber, MINUS } from '../parts/numbers';

export interface Scale {
  low: number;
  high: number;
  /** From 0 to 1 where the value is between `low` and `high`. */
  at(value: number): number;
  ticks: readonly { value: number; text: string }[];
}

/** A straight scale. With `about` ticks, which lie on round numbers. */
export function linear(low: number, high: number, about = 5): Scale {
  const span = high - low || 1;
  const values = roundNumbers(low, high, about);
  return { low, high, at: value => (value - low) / span, ticks: labelled(values) };
}

/** The span of values with a little room, wide enough for a constant. */
export function roomy(values: readonly number[], room = 0.04): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) {
    return [0, 1];
  }
  const pad = high > low ? (high - low) * room : Math.abs(low) * 0.1 || 1;
  return [low - pad, high + pad];
}

export function roundNumbers(low: number, high: number, about: number): number[] {
  const rough = (high - low || 1) / Math.max(1, about);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(one => one >= rough * 0.999) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first;
  return Array.from({ length: Math.max(0, count) + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** Ticks with as many decimals as tell them apart. */
export function labelled(values: readonly number[]): { value: number; text: string }[] {
  const decimals = Math.max(0, ...values.map(value => (String(value).split('.')[1] ?? '').length));
  const plain = decimals <= 6 && values.every(value => Math.abs(value) < 1e6 && !String(value).includes('e'));
  return values.map(value => ({ value, text: plain ? tickText(value, decimals) : formatNumber(value, 3) }));
}

function tickText(value: number, decimals: number): string {
  return Math.abs(value) >= 10_000 ? formatNumber(value) : value.toFixed(decimals).replace('-', MINUS);
}
