/** Which columns a table shows, how wide, in which order, when nobody said so. */

import type { ColumnInfo, Row } from '../contract/rows';
import { formatDuration, type columnFormat } from '../parts/numbers';
import { columnId, shortened, valueText } from '../parts/values';

export interface TableColumn {
  id: string;
  title: string;
  info: ColumnInfo | null;
  numeric: boolean;
  width: number;
}

export type Format = ReturnType<typeof columnFormat>;

const TRAINING = /(^|[^a-z])train/i;
const FIRST_METRICS = 4;

/** What a check found, and what speaks against the runs: shown where any of them has it. */
const PROOF: readonly TableColumn[] = [
  { id: 'verdict', title: 'verdict', info: null, numeric: false, width: 128 },
  { id: 'findings', title: 'findings', info: null, numeric: false, width: 128 }
];

/** Columns of the run itself, after all others. */
const OWN: readonly TableColumn[] = [
  { id: 'duration', title: 'duration', info: null, numeric: true, width: 96 },
  { id: 'started', title: 'started', info: null, numeric: true, width: 112 }
];

/** All that could be shown. */
export function allColumns(infos: readonly ColumnInfo[]): TableColumn[] {
  return [...infos.map(toColumn), ...PROOF, ...OWN];
}

/** Those of the columns of proofs that any of the runs has something in. */
export function proofColumns(rows: readonly (Row | undefined)[]): string {
  const has: Record<string, (row: Row) => boolean> = {
    verdict: row => row.verdict !== null,
    findings: row => row.findings.length > 0
  };
  return PROOF.map(column => column.id)
    .filter(id => rows.some(row => row && has[id]?.(row)))
    .join(' ');
}

/**
 * The chosen columns, or else: the metrics that decide, the parameters that differ, further metrics, tags that
 * differ, and when the run was. Of all, `lead` is the first: what the runs were ordered by at first;
 * `proof` names the columns of proofs that have something to say.
 */
export function shownColumns(
  infos: readonly ColumnInfo[],
  chosen: readonly string[],
  lead = '',
  proof = ''
): TableColumn[] {
  const all = allColumns(infos);
  if (chosen.length) {
    const byId = new Map(all.map(column => [column.id, column]));
    return chosen.flatMap(id => byId.get(id) ?? []);
  }
  return usualColumns(infos, lead, proof);
}

/** Parameters that fold into a line, because all runs that have them have the same. */
export function sameParams(infos: readonly ColumnInfo[]): ColumnInfo[] {
  const isSame = sameness(infos);
  return infos.filter(info => info.group === 'params' && info.chosen && isSame(info));
}

/** A run that failed early lacks what the others have: that is no difference that anybody made. What less than half
 * of the runs have tells them from the others. */
function sameness(infos: readonly ColumnInfo[]): (info: ColumnInfo) => boolean {
  const most = Math.max(0, ...infos.map(info => info.runs));
  return info => !info.differs || (info.value !== null && info.runs > 1 && 2 * info.runs > most);
}

type Ranked = Pick<ColumnInfo, 'key' | 'group' | 'runs' | 'direction'>;

/** Metrics in the order of what they tell: a direction before none, a test before a training metric. */
export function rankedMetrics<T extends Ranked>(infos: readonly T[]): T[] {
  const metrics = infos.filter(info => info.group === 'metrics');
  const weight = (info: T): number =>
    (info.direction === null ? 2 : 0) + (TRAINING.test(info.key) ? 1 : 0);
  return metrics
    .map((info, at) => ({ info, at }))
    .sort((a, b) => weight(a.info) - weight(b.info) || b.info.runs - a.info.runs || a.at - b.at)
    .map(({ info }) => info);
}

function usualColumns(infos: readonly ColumnInfo[], lead: string, proof: string): TableColumn[] {
  const ranked = rankedMetrics(infos);
  const first = ranked.filter(info => columnId(info) === lead);
  const metrics = [...first, ...ranked.filter(info => columnId(info) !== lead)];
  const isSame = sameness(infos);
  const params = infos.filter(info => info.group === 'params' && info.chosen && !isSame(info));
  const tags = infos.filter(info => info.group === 'tags' && info.differs);
  const chosen = [...metrics.slice(0, FIRST_METRICS), ...params, ...metrics.slice(FIRST_METRICS), ...tags];
  const all = chosen.map(toColumn);
  const checks = PROOF.filter(column => proof.split(' ').includes(column.id));
  // Beside the metrics that decide: whether to believe them.
  return [...all.slice(0, 2), ...checks, ...all.slice(2), ...OWN];
}

function toColumn(info: ColumnInfo): TableColumn {
  const title = info.key;
  const numeric = info.kind === 'numeric';
  const width = Math.min(240, Math.max(numeric ? 92 : 148, shortened(title, 28).length * 7.4 + 54));
  return { id: columnId(info), title, info, numeric, width: Math.round(width) };
}

/** A run's name, or its short id where it has none. */
export function nameOf(row: Row): string {
  return row.name || row.id.slice(0, 8);
}

/** Runs by id as a chart names them: with the short id where several have one name. */
export function namesOf(rows: readonly Row[]): ReadonlyMap<string, string> {
  const count = new Map<string, number>();
  rows.forEach(row => count.set(nameOf(row), (count.get(nameOf(row)) ?? 0) + 1));
  const label = (row: Row): string =>
    (count.get(nameOf(row)) ?? 0) > 1 ? `${shortened(nameOf(row), 18)} ${row.id.slice(0, 8)}` : nameOf(row);
  return new Map(rows.map(row => [row.id, label(row)]));
}

/** A `where` expression that fits these columns, for an empty field. */
export function exampleWhere(infos: readonly ColumnInfo[]): string {
  const metric = rankedMetrics(infos).find(info => info.low !== null && info.high !== null);
  if (!metric || !/^[A-Za-z_][\w]*$/.test(metric.key)) {
    return 'status == "FINISHED"';
  }
  const middle = ((metric.low ?? 0) + (metric.high ?? 0)) / 2;
  return `metrics.${metric.key} ${metric.direction === 'min' ? '<' : '>'} ${Number(middle.toPrecision(2))}`;
}

/** Parameters that are the same, as `C 1, solver lbfgs`. */
export function sameText(infos: readonly ColumnInfo[]): string {
  return infos.map(info => `${info.key} ${shortened(valueText(info.value), 30)}`).join(', ');
}

/** How long a run took; for one that goes on, how long it has taken so far. */
export function durationText(row: Row, now: number): string {
  const running = row.status === 'RUNNING' && row.duration === null;
  return formatDuration(running ? Math.max(0, now - row.started) : row.duration);
}
