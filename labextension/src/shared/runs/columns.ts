/** Which columns a table shows, how wide, in which order, when nobody said so. */

import type { ColumnInfo, Row } from '../contract/rows';
import type { Group } from '../contract/values';
import { formatDuration, type columnFormat } from '../parts/numbers';
import { columnId, shortened, valueText } from '../parts/values';

/** Under which headings columns stand. */
export type Band = Group | 'checks' | 'run';

export const BANDS: Readonly<Record<Band, string>> = {
  metrics: 'metrics',
  params: 'parameters',
  tags: 'tags',
  data: 'data',
  environment: 'environment',
  checks: 'checks',
  run: 'run'
};

export interface TableColumn {
  id: string;
  title: string;
  info: ColumnInfo | null;
  band: Band;
  numeric: boolean;
  width: number;
}

export type Format = ReturnType<typeof columnFormat>;

const TRAINING = /(^|[^a-z])train/i;
const FIRST_METRICS = 4;
const SPREAD_WIDTH = 66; // of " ± 0.012"
export const NAME_WIDTH = 388;

/** What a check found, and what speaks against the runs: shown where any of them has it. */
const CHECKS: readonly TableColumn[] = [own('verdict', 128, 'checks'), own('findings', 128, 'checks')];

/** Columns of the run itself, after all others. */
const USUAL: readonly TableColumn[] = [own('duration', 96, 'run', true), own('started', 112, 'run', true)];

/** Those that are shown to who asks for them; the first where there are several, the second where there is one. */
const EXPERIMENT = own('experiment', 150, 'run');
const NOTE = own('note', 220, 'run');
const ASKED: readonly TableColumn[] = [
  EXPERIMENT,
  NOTE,
  own('kind', 80, 'run'),
  own('notebook', 180, 'run'),
  own('parent', 100, 'run'),
  own('error', 240, 'run')
];

function own(id: string, width: number, band: Band, numeric = false): TableColumn {
  return { id, title: id, info: null, band, numeric, width };
}

/** Whether the table can be sorted by a column; data and environments have no order. */
export function isSortable(column: TableColumn): boolean {
  const sorted = column.info ? ['metrics', 'params', 'tags'] : ['verdict', 'duration', 'started', 'experiment', 'kind', 'notebook'];
  return sorted.includes(column.info ? column.info.group : column.id);
}

/** All that could be shown. */
export function allColumns(infos: readonly ColumnInfo[]): TableColumn[] {
  return [...infos.map(toColumn), ...CHECKS, ...USUAL, ...ASKED];
}

/** The ids of those columns of the run itself in which these rows have something to tell. */
export function tellingColumns(rows: readonly (Row | undefined)[]): string {
  const known = rows.filter(row => row !== undefined);
  const found = [
    known.some(row => row.verdict !== null) && 'verdict',
    known.some(row => row.findings.length) && 'findings',
    new Set(known.map(row => row.experiment)).size > 1 && 'experiment',
    known.some(row => row.note) && 'note'
  ];
  return found.filter(Boolean).join(' ');
}

/**
 * The chosen columns, or else: the metrics that decide, the parameters that differ, further metrics, tags that
 * differ, and when the run was. Of all, `lead` is the first: what the runs were ordered by at first;
 * `telling` names the columns of the run itself that have something to say.
 */
export function shownColumns(
  infos: readonly ColumnInfo[],
  chosen: readonly string[],
  lead = '',
  telling = ''
): TableColumn[] {
  const all = allColumns(infos);
  if (chosen.length) {
    const byId = new Map(all.map(column => [column.id, column]));
    return chosen.flatMap(id => byId.get(id) ?? []);
  }
  return usualColumns(infos, lead, telling);
}

/** With the widths that the reader gave them, and room for deviations where runs are grouped. */
export function sized(
  columns: readonly TableColumn[],
  widths: Readonly<Record<string, number>>,
  grouped: boolean
): TableColumn[] {
  return columns.map(column => {
    const usual = column.width + (grouped && column.band === 'metrics' ? SPREAD_WIDTH : 0);
    return { ...column, width: widths[column.id] ?? usual };
  });
}

/** Columns with one of them moved before another, or to the end. */
export function moved(ids: readonly string[], id: string, before: string | null): string[] {
  const rest = ids.filter(other => other !== id);
  const at = before === null ? rest.length : rest.indexOf(before);
  return at === -1 ? [...ids] : [...rest.slice(0, at), id, ...rest.slice(at)];
}

/** Neighbours under the same heading, as stretches. */
export function bandsOf(columns: readonly TableColumn[]): { band: Band; columns: TableColumn[] }[] {
  const bands: { band: Band; columns: TableColumn[] }[] = [];
  for (const column of columns) {
    const last = bands[bands.length - 1];
    if (last?.band === column.band) {
      last.columns.push(column);
    } else {
      bands.push({ band: column.band, columns: [column] });
    }
  }
  return bands;
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

function usualColumns(infos: readonly ColumnInfo[], lead: string, telling: string): TableColumn[] {
  const ranked = rankedMetrics(infos);
  const first = ranked.filter(info => columnId(info) === lead);
  const metrics = [...first, ...ranked.filter(info => columnId(info) !== lead)].map(toColumn);
  const isSame = sameness(infos);
  const params = infos.filter(info => info.group === 'params' && info.chosen && !isSame(info)).map(toColumn);
  const tags = infos.filter(info => info.group === 'tags' && info.differs).map(toColumn);
  // Not the same data: no metric can be held against another then.
  const data = infos.filter(info => info.group === 'data' && info.value === null).map(toColumn);
  const says = (column: TableColumn): boolean => telling.split(' ').includes(column.id);
  return [
    ...metrics.slice(0, FIRST_METRICS),
    ...CHECKS.filter(says), // beside the metrics that decide: whether to believe them
    ...data,
    ...params,
    ...metrics.slice(FIRST_METRICS),
    ...tags,
    ...[EXPERIMENT, NOTE].filter(says),
    ...USUAL
  ];
}

function toColumn(info: ColumnInfo): TableColumn {
  const title = info.key;
  const numeric = info.kind === 'numeric';
  const width = Math.min(240, Math.max(info.group === 'metrics' ? 108 : numeric ? 84 : 128, shortened(title, 28).length * 7.4 + 44));
  return { id: columnId(info), title, info, band: info.group, numeric, width: Math.round(width) };
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
