/** Notebooks that were run as jobs: did each work, which cell not, and what it left. */

import { useState, type ReactNode } from 'react';

import type { JobCells, JobInfo } from '../contract/fleet';
import { useHost } from '../host';
import { countOf, formatDuration, formatMoment, formatRelative } from '../parts/numbers';
import { Failure, Skeleton } from '../parts/States';
import { Status, Verdict } from '../parts/Status';
import { useAnswer } from '../parts/useAnswer';
import { useNow } from '../parts/useNow';
import { Frame } from './Frame';

const STEP = 50;
const MOST = 200;
const HEADS = ['job', 'cells', 'took', 'started', 'runs'];

export function JobsBoard(): ReactNode {
  const { source } = useHost();
  const [limit, setLimit] = useState(STEP);
  const { answer, error, retry } = useAnswer(source, 'jobs', { limit });
  const now = useNow();
  if (!answer) {
    return error ? <Failure error={error} onRetry={retry} /> : <Skeleton lines={8} />;
  }
  const { jobs, total } = answer;
  if (!jobs.length) {
    return (
      <Frame heads={HEADS}>
        <h2>No notebook was run as a job</h2>
        <p>A job executes a notebook cell by cell in a kernel of its own, and says which cell failed, and why.</p>
        <pre tabIndex={0}>nbmlops run train.ipynb -p max_depth 8</pre>
      </Frame>
    );
  }
  const failed = jobs.filter(job => job.status === 'FAILED' || job.status === 'LOST').length;
  const running = jobs.filter(job => job.status === 'RUNNING').length;
  return (
    <>
      {error && <Failure error={error} onRetry={retry} />}
      <p>
        <strong>{countOf(total, 'job')}</strong>
        {running > 0 && <span className="nbm-live">, {running} running</span>}
        {failed > 0 && (
          <span className="nbm-bad">
            , {failed} {jobs.length < total ? `of the last ${jobs.length} ` : ''}failed
          </span>
        )}
      </p>
      <table className="nbm-jobs">
        <thead>
          <tr>
            {HEADS.map(head => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {jobs.map(job => (
            <Job key={job.id} job={job} now={now} />
          ))}
        </tbody>
      </table>
      {jobs.length < total && limit < MOST && (
        <button type="button" className="nbm-link" onClick={() => setLimit(before => Math.min(before + STEP, MOST))}>
          Show more
        </button>
      )}
    </>
  );
}

function Job({ job, now }: { job: JobInfo; now: number }): ReactNode {
  const { go } = useHost();
  const took = job.status === 'RUNNING' ? Math.max(0, now - job.started) : job.duration;
  return (
    <tr>
      <th scope="row">
        <span className="nbm-job-name">
          <Status status={job.status} />
          <button type="button" className="nbm-job-open" onClick={() => go?.({ view: 'run', id: job.id })}>
            {job.name || job.id.slice(0, 8)}
          </button>
          <Verdict verdict={job.verdict} />
        </span>
        <span className="nbm-faint nbm-small nbm-job-where" title={job.notebook ?? ''}>
          {fileOf(job.notebook)}
          {job.experiment && ` in ${job.experiment}`}
        </span>
        {job.error && <span className="nbm-job-error">{job.error}</span>}
      </th>
      <td data-head="cells">{job.cells ? <Cells cells={job.cells} /> : <span className="nbm-faint">–</span>}</td>
      <td data-head="took">{formatDuration(took)}</td>
      <td data-head="started">
        <time title={formatMoment(job.started)}>{formatRelative(job.started, now)}</time>
      </td>
      <td data-head="runs">
        <Parts job={job} />
      </td>
    </tr>
  );
}

/** How far it came: a bar in the proportion, and the words beside it. */
function Cells({ cells }: { cells: JobCells }): ReactNode {
  const { total, completed, failed } = cells;
  const words = failed
    ? `cell ${failed} of ${total} failed`
    : completed === total
      ? `all ${total}`
      : `${completed} of ${total}`;
  return (
    <span className="nbm-job-cells">
      <span className="nbm-job-bar" aria-hidden="true">
        <span style={{ width: `${(100 * completed) / total}%` }} />
        {failed !== null && <span className="nbm-job-bar-failed" style={{ width: `${Math.max(4, 100 / total)}%` }} />}
      </span>
      <span className={failed ? 'nbm-bad' : ''}>{words}</span>
    </span>
  );
}

function Parts({ job }: { job: JobInfo }): ReactNode {
  const { go } = useHost();
  const [all, setAll] = useState(false);
  const shown = all ? job.parts : job.parts.slice(0, 3);
  const rest = job.part_count - shown.length;
  return (
    <span className="nbm-job-parts">
      {shown.map(part => (
        <button key={part.id} type="button" className="nbm-link" onClick={() => go?.({ view: 'run', id: part.id })}>
          {part.name || part.id.slice(0, 8)}
          {part.status !== 'FINISHED' && <Status status={part.status} />}
        </button>
      ))}
      {rest > 0 &&
        (all ? (
          <span className="nbm-faint">and {rest} more</span>
        ) : (
          <button type="button" className="nbm-faint" onClick={() => setAll(true)}>
            {rest} more
          </button>
        ))}
    </span>
  );
}

function fileOf(notebook: string | null): string {
  return notebook ? (notebook.replaceAll('\\', '/').split('/').pop() ?? '') : '';
}
