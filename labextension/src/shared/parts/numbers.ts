/** Numbers as people read them: the rules of nbmlops.views.numbers, tested against the same table. */

export const THIN_SPACE = '\u2009';
export const MINUS = '\u2212';
export const MISSING = '\u2013';

export type Direction = 'max' | 'min' | null;

const LEAST_DIGITS = 3;
const MOST_DIGITS = 7;
const WIDEST_DECIMALS = 9;
const LARGEST_PLAIN = 1e12;
const EXPONENT_RATIO = 1e5;
const GROUPED_FROM = 10_000;
const RELATIVE_DAYS = 30;

/** One number alone, with up to `digits` significant digits and thin-spaced thousands. */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) {
    return MISSING;
  }
  if (!Number.isFinite(value)) {
    return nonFinite(value);
  }
  if (Number.isInteger(value)) {
    return Math.abs(value) < LARGEST_PLAIN ? integer(value) : exponent(value, digits);
  }
  const size = magnitude(value);
  if (size < -4 || Math.abs(value) >= LARGEST_PLAIN) {
    return exponent(value, digits);
  }
  const text = fixed(value, Math.max(0, digits - 1 - size));
  return text.includes('.') ? stripZeros(text) : text;
}

/** Numbers of one column: the same decimals in all, as many as tell its distinct values apart. */
export function formatColumn(values: readonly (number | null)[]): string[] {
  const format = columnFormat(values);
  return values.map(format);
}

/** How to write any number of a column; made once, because a column may have thousands. */
export function columnFormat(values: readonly (number | null)[]): (value: number | null) => string {
  const finite = values.filter((v): v is number => v !== null && Number.isFinite(v));
  const nonzero = finite.filter(v => v !== 0).map(Math.abs);
  if (finite.every(Number.isInteger) || spansMagnitudes(nonzero)) {
    return value => formatNumber(value);
  }
  const decimals = columnDecimals(finite);
  return value => (value === null || !Number.isFinite(value) ? formatNumber(value) : fixed(value, decimals));
}

/** How many decimals tell these finite numbers apart: 3 to 6 significant digits of the largest. */
export function columnDecimals(values: readonly number[]): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) {
    return 0;
  }
  const size = magnitude(largest);
  const choices: number[] = [];
  for (let digits = LEAST_DIGITS; digits < MOST_DIGITS; digits++) {
    choices.push(Math.min(Math.max(0, digits - 1 - size), WIDEST_DECIMALS));
  }
  const told = choices.map(places => toldApart(values, places));
  const last = told[told.length - 1];
  return choices[told.indexOf(last as string)] as number;
}

function toldApart(values: readonly number[], places: number): string {
  const short = values.map(value => Math.sign(value) * Number(rounded(Math.abs(value), places)));
  const zeros = short.filter(value => value === 0).length; // what isn't zero shouldn't look like it
  return `${new Set(short).size} ${zeros}`;
}

/** A span of time in its two largest units: `340 ms`, `4.2 s`, `1 m 12 s`, `2 h 5 m`, `3 d 4 h`. */
export function formatDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) {
    return MISSING;
  }
  if (seconds < 0.9995) {
    return seconds >= 0.001 ? `${(seconds * 1000).toFixed(0)} ms` : 'under 1 ms';
  }
  if (seconds < 9.95) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  const units: [number, string, number, string][] = [
    [86400, 'd', 3600, 'h'],
    [3600, 'h', 60, 'm'],
    [60, 'm', 1, 's']
  ];
  for (const [size, unit, part, partUnit] of units) {
    if (whole >= size) {
      const rest = Math.floor((whole % size) / part);
      return `${Math.floor(whole / size)} ${unit}${rest ? ` ${rest} ${partUnit}` : ''}`;
    }
  }
  return `${whole} s`;
}

/** How long ago, in one unit; the date alone after a month. Both in seconds since the epoch. */
export function formatRelative(then: number, now: number): string {
  const seconds = now - then;
  if (seconds < 45) {
    return seconds > -45 ? 'just now' : formatMoment(then);
  }
  if (seconds < 2700) {
    return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  }
  if (seconds < 79200) {
    return `${Math.max(1, Math.round(seconds / 3600))} h ago`;
  }
  const days = Math.max(1, Math.round(seconds / 86400));
  if (days > RELATIVE_DAYS) {
    return formatMoment(then).slice(0, 10);
  }
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

/** A point in time to the second, in the reader's zone. */
export function formatMoment(seconds: number): string {
  const when = new Date(seconds * 1000);
  const pad = (part: number): string => String(part).padStart(2, '0');
  const date = [when.getFullYear(), pad(when.getMonth() + 1), pad(when.getDate())].join('-');
  return `${date} ${pad(when.getHours())}:${pad(when.getMinutes())}:${pad(when.getSeconds())}`;
}

/** `1 run`, `12 runs`. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${integer(count)} ${count === 1 ? noun : plural}`;
}

function integer(value: number): string {
  const text = Math.abs(value) >= GROUPED_FROM ? grouped(String(Math.abs(value))) : String(Math.abs(value));
  return value < 0 ? MINUS + text : text;
}

function fixed(value: number, decimals: number): string {
  const [whole = '', broken] = rounded(Math.abs(value), decimals).split('.');
  const text = (Math.abs(value) >= GROUPED_FROM ? grouped(whole) : whole) + (broken ? `.${broken}` : '');
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}

/** As Python rounds: of two that are as near, the even one; `toFixed` takes the larger. */
function rounded(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  const exact = value.toFixed(Math.min(100, decimals + 30));
  const tie = /^50*$/.test(exact.slice(exact.indexOf('.') + 1 + decimals));
  const odd = Number(text.slice(-1)) % 2 === 1;
  return tie && odd ? exact.slice(0, exact.indexOf('.') + (decimals ? 1 + decimals : 0)) : text;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

function exponent(value: number, digits: number): string {
  const [mantissa = '', power = '0'] = value.toExponential(digits - 1).split('e');
  const short = mantissa.includes('.') ? stripZeros(mantissa) : mantissa;
  return `${short}e${Number(power)}`.replaceAll('-', MINUS);
}

function stripZeros(text: string): string {
  return text.replace(/0+$/, '').replace(/\.$/, '');
}

function nonFinite(value: number): string {
  if (Number.isNaN(value)) {
    return 'NaN';
  }
  return value > 0 ? '+inf' : `${MINUS}inf`;
}

function magnitude(value: number): number {
  return Number(value.toExponential().split('e')[1]); // log10 rounds 1000 down on some engines
}

function spansMagnitudes(nonzero: readonly number[]): boolean {
  if (!nonzero.length) {
    return false;
  }
  const most = nonzero.reduce((a, b) => Math.max(a, b));
  const least = nonzero.reduce((a, b) => Math.min(a, b));
  return most / least > EXPONENT_RATIO || most >= LARGEST_PLAIN || most < 1e-4;
}
