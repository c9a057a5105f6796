/** The comparison in the reader's money, in words. */

import { formatNumber } from '../parts/numbers';
import { CASES, isPlain, type Best, type Costs } from './costs';

export interface Judgement {
  name: string;
  best: Best;
  /** At the threshold that is set. */
  cost: number | null;
}

/** `€ 1,240`, `35 minutes`: a sign stands before the amount, a word behind it. */
export function moneyText(amount: number | null, unit: string): string {
  const text = formatNumber(amount === null ? null : tidy(amount));
  const sign = unit.trim();
  if (!sign) {
    return text;
  }
  return /^\p{Sc}$/u.test(sign) ? `${sign}\u2009${text}` : `${text} ${sign}`;
}

/** Whole from 100 on: nobody is told cents of thousands. */
function tidy(amount: number): number {
  return Math.abs(amount) >= 100 ? Math.round(amount) : Number(amount.toPrecision(3));
}

/** A threshold to three digits, or what it comes to. */
export function thresholdText({ threshold, everybody, called }: Omit<Best, 'cost'>): string {
  if (called) {
    return 'as called';
  }
  return threshold === Infinity ? 'calling nobody' : everybody ? 'calling everybody' : `at ${shortThreshold(threshold)}`;
}

export function shortThreshold(threshold: number): string {
  return formatNumber(Number(threshold.toPrecision(3)), 3);
}

/** What a run costs, as a whole clause: `forest at 0.31 costs € 1,240 per 1,000 cases`. */
function clause({ name, best }: Judgement, costs: Costs): string {
  const told = thresholdText(best);
  const place = told.startsWith('at') ? ` ${told}` : `, ${told},`;
  return `${name}${place} ${verb(best.cost, costs)} per ${formatNumber(CASES)} cases`;
}

function verb(cost: number, costs: Costs): string {
  if (isPlain(costs)) {
    return `makes ${moneyText(cost, '')} errors`;
  }
  return cost < 0 ? `brings in ${moneyText(-cost, costs.unit)}` : `costs ${moneyText(cost, costs.unit)}`;
}

/** How much better than the second: in per cent where both are costs, else the difference. */
function difference(first: number, second: number, costs: Costs): string {
  if (Math.abs(second - first) <= 1e-9 * Math.max(1, Math.abs(second))) {
    return 'as much as';
  }
  if (first > 0 && second > 0) {
    const less = 100 * (1 - first / second);
    return `${less < 1 ? 'less than 1' : Math.round(less)}\u2009% ${isPlain(costs) ? 'fewer' : 'less'} than`;
  }
  return `${moneyText(second - first, costs.unit)} better than`;
}

/**
 * The best run, by how much it is better than the next, and what both cost where the slider stands.
 *
 * @param found runs tested on the same rows, in any order.
 * @param threshold where the slider stands.
 */
export function sentences(found: readonly Judgement[], costs: Costs, threshold: number): string[] {
  const [first, second] = [...found].sort((a, b) => a.best.cost - b.best.cost);
  if (!first) {
    return [];
  }
  const said = [clause(first, costs)];
  if (second) {
    const than = difference(first.best.cost, second.best.cost, costs);
    said[0] += `, ${than} ${second.name} at its best (${moneyText(second.best.cost, costs.unit)} ${thresholdText(second.best)})`;
  }
  const now = [first, second].flatMap(one => (one && one.cost !== null ? [`${one.name} ${moneyText(one.cost, costs.unit)}`] : []));
  return now.length ? [`${said[0]}.`, `At ${shortThreshold(threshold)}: ${now.join(', ')}.`] : [`${said[0]}.`];
}
