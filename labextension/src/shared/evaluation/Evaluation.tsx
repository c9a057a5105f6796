/** What predictions say about the runs that made them, and what their errors cost. */

import { useMemo, useState, type ReactNode } from 'react';

import type { Evaluation as Answer } from '../contract/evaluation';
import type { Row } from '../contract/rows';
import type { Mark } from '../parts/colours';
import { Marks } from '../parts/colours';
import { useHost } from '../host';
import { countOf } from '../parts/numbers';
import { Failure, Skeleton } from '../parts/States';
import { namesOf } from '../runs/columns';
import { Classes } from './Classes';
import { Numbers } from './Numbers';
import { UNMARKED } from './Plot';
import { groupsOf, type Shown } from './shown';
import { useAnswer } from '../parts/useAnswer';

const MOST_RUNS = 50;

export interface EvaluationProps {
  /** Whole ids, in the order in which they are shown where nothing ranks them. */
  ids: readonly string[];
  rows: readonly Row[];
  marks?: ReadonlyMap<string, Mark>;
}

export function Evaluation({ ids, rows, marks }: EvaluationProps): ReactNode {
  const { source } = useHost();
  const [name, setName] = useState('');
  const [of, setOf] = useState('');
  const first = ids.slice(0, MOST_RUNS);
  const { answer, error, stale, retry } = useAnswer(source, 'evaluation', first.length ? { ids: first, name, of } : null);
  const own = useMemo(() => marks ?? new Marks().assign(ids), [marks, ids]);
  const shown = useMemo(() => (answer ? shownRuns(answer, rows, own) : []), [answer, rows, own]);
  if (error && (!answer || error.code !== 'refused')) {
    return <Failure error={error} onRetry={retry} />;
  }
  if (!answer) {
    return <Skeleton />;
  }
  if (answer.task === 'none') {
    return <NoPredictions runs={shown} />;
  }
  const told = shown.filter(run => run.classes ?? run.numbers);
  const View = answer.task === 'classes' ? Classes : Numbers;
  return (
    <section className={`nbm-ev${stale ? ' nbm-stale' : ''}`} aria-label="Predictions">
      <div className="nbm-bar">
        <Choice label="predictions" value={answer.name} options={answer.names} onChange={setName} />
        {answer.task === 'classes' && (
          <Choice
            label="class"
            value={answer.of}
            options={answer.labels.length === 2 ? answer.labels : ['', ...named(answer)]}
            onChange={setOf}
          />
        )}
        {ids.length > MOST_RUNS && <span>the first {MOST_RUNS} of {countOf(ids.length, 'run')}</span>}
      </div>
      <OtherRows runs={told} />
      <View key={`${answer.name} ${answer.of}`} answer={answer} runs={told} experiment={rows[0]?.experiment ?? ''} />
      <Untold runs={shown} />
    </section>
  );
}

function named({ labels, folded }: Answer): readonly string[] {
  return folded ? labels.slice(0, -1) : labels;
}

function shownRuns(answer: Answer, rows: readonly Row[], marks: ReadonlyMap<string, Mark>): Shown[] {
  const names = namesOf(rows);
  return answer.runs.map(run => ({
    ...run,
    name: names.get(run.id) ?? run.id.slice(0, 8),
    mark: marks.get(run.id) ?? UNMARKED
  }));
}

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly string[];
  onChange(value: string): void;
}

function Choice({ label, value, options, onChange }: ChoiceProps): ReactNode {
  if (options.length < 2) {
    return null;
  }
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={event => onChange(event.target.value)}>
        {options.map(option => (
          <option key={option} value={option}>
            {option || 'all, each against the others'}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Runs whose truth differs were not tested on the same rows: nothing ranks them. */
function OtherRows({ runs }: { runs: readonly Shown[] }): ReactNode {
  const groups = groupsOf(runs);
  const [most, ...others] = groups;
  if (!most || !others.length) {
    return null;
  }
  const list = (group: readonly Shown[]): string => {
    const names = group.slice(0, 4).map(run => run.name);
    const more = group.length - names.length;
    return `${names.join(', ')}${more ? ` and ${more} more` : ''} (${countOf(group[0]?.rows ?? 0, 'row')})`;
  };
  return (
    <p className="nbm-caution">
      Not the same test rows: {others.map(list).join('; ')}, against {list(most)}. Their figures can’t be ranked with
      each other’s.
    </p>
  );
}

/** Runs of which something, or all, can't be shown. */
function Untold({ runs }: { runs: readonly Shown[] }): ReactNode {
  const notes = runs.flatMap(run => {
    const dropped = run.dropped ? `${countOf(run.dropped, 'row')} without a number left out` : '';
    const said = [run.note, dropped].filter(Boolean).join('; ');
    return said ? [`${run.name}: ${said}`] : [];
  });
  return notes.length ? <p className="nbm-faint nbm-small">{notes.join(' · ')}</p> : null;
}

function NoPredictions({ runs }: { runs: readonly Shown[] }): ReactNode {
  const broken = runs.filter(run => run.note && !run.note.startsWith('no predictions'));
  return (
    <div className="nbm-empty">
      <p>{broken.length ? 'The predictions of these runs can’t be shown.' : 'These runs kept no predictions.'}</p>
      {broken.length > 0 && <Untold runs={broken} />}
      <p className="nbm-faint">
        A line in the tracked cell keeps them: <code>nbmlops.log_predictions(y_test, y_pred, model.predict_proba(X_test))</code>
      </p>
    </div>
  );
}
