/** The lines of the table of a comparison: what stands in each cell. */

import type { ReactNode } from 'react';

import type { ComparedMetric, ComparisonData } from '../contract/comparison';
import { formatMoment, formatRelative, MISSING } from '../parts/numbers';
import { shortened, valueText } from '../parts/values';
import { durationText } from '../runs/columns';
import { dataCell, deltasOf, sharesOf, valuesOf, versionsByRun, whyNotComparable, type Delta } from './order';

export interface MatrixCell {
  text: string;
  /** Beside the value. */
  note?: ReactNode;
  title?: string | undefined;
  kind?: string | undefined;
  /** Between the least and the greatest, 0 to 1. */
  share?: number;
}

export interface MatrixLine {
  name: string;
  remark?: string;
  differs?: boolean;
  cells: readonly MatrixCell[];
}

export function metricLines(comparison: ComparisonData): MatrixLine[] {
  return comparison.metrics.map(metric => metricLine(comparison, metric));
}

const WAYS = { max: '↑', min: '↓' } as const;

function metricLine({ runs, baseline }: ComparisonData, metric: ComparedMetric): MatrixLine {
  const ranked = runs.filter(run => run.standing === 'ranked').length;
  const rivals = ranked > 1 && metric.best.length < ranked;
  const [texts, deltas, shares] = [valuesOf(metric), deltasOf(metric), sharesOf(metric)];
  const goal = metric.goal.replace(metric.key, '').replace('>=', '≥').replace('<=', '≤').trim();
  return {
    name: metric.key,
    remark: [metric.direction ? WAYS[metric.direction] : '', goal && `goal ${goal}`].filter(Boolean).join(' '),
    cells: runs.map((_, at) => {
      const share = shares[at];
      const why = whyNotComparable(runs, baseline, at);
      const best = rivals && metric.best.includes(at);
      return {
        text: texts[at] ?? MISSING,
        kind: `nbm-number${best ? ' nbm-best' : ''}`,
        title: best ? 'The best of these runs' : undefined,
        note: (
          <>
            {best && <span className="nbm-star">★<span className="nbm-hidden"> best</span></span>}
            {at !== baseline && <DeltaNote delta={deltas[at] ?? null} why={why} />}
          </>
        ),
        ...(share === null || share === undefined ? {} : { share })
      };
    })
  };
}

/** What of the change can be believed carries its colour; of what can't only the number is said. */
function DeltaNote({ delta, why }: { delta: Delta | null; why: string }): ReactNode {
  if (!delta) {
    return null;
  }
  const { text, relative, sign, spoken } = delta;
  const kind = why || !sign ? 'nbm-faint' : sign === '▲' ? 'nbm-better' : 'nbm-worse';
  return (
    <span className={`nbm-delta ${kind}`} title={[relative, why && `Not comparable. ${why}`].filter(Boolean).join('\n')}>
      <span aria-hidden="true">
        {why ? '' : sign} {text}
      </span>
      <span className="nbm-hidden">{why ? `${text}, not comparable` : spoken}</span>
    </span>
  );
}

export function paramLines({ params, baseline }: ComparisonData): MatrixLine[] {
  return params.map(param => {
    const texts = param.values.map((value, at) => (param.lacking.includes(at) ? null : paramText(valueText(value))));
    return {
      name: param.key,
      cells: texts.map((text, at) => ({
        text: text === null ? MISSING : shortened(text, 40),
        title: text === null ? 'It has no such parameter' : text.length > 40 ? text.slice(0, 2000) : undefined,
        kind: at === baseline ? undefined : text === texts[baseline] ? 'nbm-equal' : 'nbm-changed'
      }))
    };
  });
}

function paramText(text: string): string {
  return text.trim() ? text : `'${text}'`;
}

export function dataLines({ data, runs, baseline }: ComparisonData): MatrixLine[] {
  return data.map(line => {
    const differs = !line.same || line.missing.length > 0 || line.unknown.length > 0;
    return {
      name: line.name,
      remark: line.is_test && differs ? 'test data' : '',
      differs,
      cells: runs.map((_, at) => {
        const { text, other } = dataCell(line, at, baseline);
        return {
          text: text || MISSING,
          kind: other ? `nbm-changed${line.is_test ? ' nbm-other-data' : ''}` : at === baseline || !text ? undefined : 'nbm-equal',
          title: other ? `Other than what the baseline read` : undefined
        };
      })
    };
  });
}

export function environmentLines({ environment, runs, baseline }: ComparisonData): MatrixLine[] {
  return environment.map(setting => {
    const versions = versionsByRun(setting.versions);
    return {
      name: setting.name,
      cells: runs.map((_, at) => {
        const version = versions.get(at);
        return {
          text: version ? shortened(version.text, 40) : MISSING,
          title: version?.text,
          kind: at === baseline || !version ? undefined : version === versions.get(baseline) ? 'nbm-equal' : 'nbm-changed'
        };
      })
    };
  });
}

/** When each was, how long it took, from which commit. */
export function runLines({ runs }: ComparisonData): MatrixLine[] {
  const now = Date.now() / 1000;
  const lines: MatrixLine[] = [
    {
      name: 'started',
      cells: runs.map(({ row }) => ({ text: formatRelative(row.started, now), title: formatMoment(row.started) }))
    },
    { name: 'duration', cells: runs.map(({ row }) => ({ text: durationText(row, now) })) }
  ];
  if (new Set(runs.map(run => run.row.experiment)).size > 1) {
    lines.push({ name: 'experiment', cells: runs.map(({ row }) => ({ text: shortened(row.experiment, 40), title: row.experiment })) });
  }
  if (runs.some(run => run.git)) {
    lines.push({
      name: 'commit',
      cells: runs.map(({ git }) => ({
        text: git ? `${git.commit.slice(0, 8)}${git.dirty ? ' with changes' : ''}` : MISSING,
        title: git?.branch ?? undefined
      }))
    });
  }
  const remarks = runs.map(run => [...run.reasons, ...run.remarks]);
  if (remarks.some(texts => texts.length)) {
    lines.push({
      name: 'remarks',
      cells: remarks.map(texts => ({ text: '', note: texts.map(text => <p key={text}>{shortened(text, 240)}</p>), kind: 'nbm-remarks' }))
    });
  }
  return lines;
}
