/** Runs from a recording: what was asked when the report was written is answered, and tables are filtered here. */

import type { ComparisonData } from '../shared/contract/comparison';
import type { SeriesData } from '../shared/contract/curves';
import type { WireError } from '../shared/contract/errors';
import type { Evaluation } from '../shared/contract/evaluation';
import type { Query } from '../shared/contract/queries';
import type { Page } from '../shared/contract/rows';
import type { Answer, Args, Question } from '../shared/questions';
import { CHANGES } from '../shared/routes';
import { SourceError, type RunSource } from '../shared/source';
import type { Recorded, Recording } from './recording';
import { foundRows } from './rows';
import { subset } from './subset';

export class StaticSource implements RunSource {
  private readonly answers = new Map<string, unknown>();
  private readonly series = new Map<string, SeriesData>();
  private readonly comparisons: ComparisonData[] = [];

  constructor(private readonly recording: Recording) {
    recording.answers.forEach(one => this.keep(one));
  }

  private keep({ question, args, answer }: Recorded): void {
    this.answers.set(keyOf(question, args), answer);
    if (question === 'comparison') {
      this.comparisons.push(answer as ComparisonData);
    }
    if (question === 'series') {
      (answer as SeriesData[]).forEach(one => this.series.set(`${one.id} ${one.key}`, one));
    }
  }

  async ask<Q extends Question>(question: Q, args: Args<Q>): Promise<Answer<Q>> {
    return (await Promise.resolve(this.find(question, args))) as Answer<Q>;
  }

  /** Predictions of which none were kept are no answer either. */
  holds(question: Question, args: Readonly<Record<string, unknown>>): boolean {
    const answer = this.answers.get(keyOf(question, args));
    return answer !== undefined && (question !== 'evaluation' || (answer as Evaluation).task !== 'none');
  }

  /** Nothing ever changes. */
  onChange(): () => void {
    return () => undefined;
  }

  private find(question: Question, args: Readonly<Record<string, unknown>>): unknown {
    switch (question) {
      case 'page':
        return this.page(args.query as Query);
      case 'run_ids':
        return foundRows(this.recording.page.rows, args.query as Query).map(row => row.id);
      case 'experiments':
        return this.recording.page.experiments;
      case 'revision':
        return { revision: this.recording.page.revision, running: 0 };
      case 'series':
        return this.curves(args.ids as readonly string[], args.key as string);
      case 'comparison':
        return this.comparison(args.ids as readonly string[], (args.baseline as string | null | undefined) ?? null);
      default:
        return this.recorded(question, args);
    }
  }

  private page(query: Query): Page {
    if (query.where?.trim()) {
      throw new SourceError(NO_WHERE);
    }
    const { page } = this.recording;
    const rows = foundRows(page.rows, query);
    const offset = query.offset ?? 0;
    const shown = rows.slice(offset, offset + (query.limit ?? 100));
    const total = rows.length;
    return { ...page, rows: shown, groups: [], offset, total, runs: total, identical: 0 };
  }

  private curves(ids: readonly string[], key: string): SeriesData[] {
    return ids.flatMap(id => this.series.get(`${id} ${key}`) ?? []);
  }

  /** As it was recorded, or cut out of a larger one. */
  private comparison(ids: readonly string[], baseline: string | null): ComparisonData {
    const exact = this.answers.get(keyOf('comparison', { ids })) as ComparisonData | undefined;
    if (exact && (baseline === null || exact.runs[exact.baseline]?.row.id === baseline)) {
      return exact;
    }
    for (const whole of exact ? [exact] : this.comparisons) {
      const found = subset(whole, ids, baseline);
      if (found) {
        return found;
      }
    }
    throw new SourceError(NOT_THESE);
  }

  private recorded(question: Question, args: Readonly<Record<string, unknown>>): unknown {
    // What else is asked of the same runs, such as another class, is answered as it was recorded.
    const keys = [keyOf(question, args), ...(Array.isArray(args.ids) ? [keyOf(question, { ids: args.ids })] : [])];
    const key = keys.find(one => this.answers.has(one));
    if (key !== undefined) {
      return this.answers.get(key);
    }
    throw new SourceError(CHANGES.has(question) ? UNCHANGEABLE : Array.isArray(args.ids) ? NOT_THESE : NOT_HELD);
  }
}

/** The same for the same question, in whatever order its arguments and its runs were named; nulls say nothing. */
export function keyOf(question: string, args: Readonly<Record<string, unknown>>): string {
  const said = Object.entries(args)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => [name, name === 'ids' && Array.isArray(value) ? [...(value as string[])].sort() : value])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return JSON.stringify([question, said]);
}

const NO_WHERE: WireError = {
  code: 'where',
  message: 'A report finds runs by words; conditions need the store.',
  hint: '',
  column: 0
};
const UNCHANGEABLE: WireError = {
  code: 'refused',
  message: 'A report can’t be changed.',
  hint: 'Open the store itself with nbmlops ui.'
};
const NOT_THESE: WireError = {
  code: 'not-found',
  message: 'This report does not hold a comparison of just these runs.',
  hint: 'Where there are many it compares each with the best one. nbmlops ui compares any.'
};
const NOT_HELD: WireError = {
  code: 'not-found',
  message: 'This report does not hold that.',
  hint: 'The store it was written from does: nbmlops ui.'
};
