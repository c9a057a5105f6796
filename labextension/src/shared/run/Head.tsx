/** What a run is: its name, how it ended, when, where, and whether it may be trusted. */

import type { ReactNode } from 'react';

import type { RunDetails } from '../contract/details';
import { useHost } from '../host';
import { formatMoment, formatRelative } from '../parts/numbers';
import { RunId, Status, Verdict } from '../parts/Status';
import { shortened } from '../parts/values';
import { durationText, nameOf } from '../runs/columns';
import { FindingList } from './Check';
import { changeRun } from './edit';
import { Editable } from './Editable';
import { LongText } from './LongText';
import { fileName, formatBytes } from './sizes';
import { Tags } from './Tags';

export function Head({ details }: { details: RunDetails }): ReactNode {
  const { source, go, kind } = useHost();
  const { row } = details;
  return (
    <header className="nbm-run-head">
      {go && kind !== 'page' && (
        <p className="nbm-run-way">
          <button type="button" className="nbm-link" onClick={() => go({ view: 'runs', experiment: row.experiment })}>
            {shortened(row.experiment, 60)}
          </button>
        </p>
      )}
      <h2>
        <Editable whole text={row.name} label="Rename the run" empty="name it" save={name => changeRun(source, row.id, { name })}>
          {shortened(nameOf(row), 90)}
        </Editable>
        <RunId id={row.id} />
        <Status status={row.status} />
        <Verdict verdict={row.verdict} />
        {details.deleted && <span className="nbm-doubt">in the bin</span>}
      </h2>
      <p className="nbm-facts-line nbm-faint">
        {facts(details).map(({ text, title }, at) => (
          <span key={at} title={title}>
            {text}
          </span>
        ))}
      </p>
      <div className="nbm-noted">
        <Editable
          multiline
          text={row.note}
          label="Edit the note"
          empty="add a note"
          save={note => changeRun(source, row.id, { note })}
        >
          <span className="nbm-note">
            <LongText text={row.note} most={600} />
          </span>
        </Editable>
        <Tags id={row.id} tags={row.tags} />
      </div>
    </header>
  );
}

interface Fact {
  text: string;
  title?: string;
}

function facts({ row, git, cpu_seconds, peak_rss_bytes }: RunDetails): Fact[] {
  const now = Date.now() / 1000;
  const found: Fact[] = [
    { text: formatRelative(row.started, now), title: formatMoment(row.started) },
    {
      text: row.duration === null ? durationText(row, now) : `took ${durationText(row, now)}`,
      ...(cpu_seconds !== null && { title: `${cpu_seconds.toFixed(1)} s of CPU` })
    }
  ];
  if (peak_rss_bytes !== null) {
    found.push({ text: `${formatBytes(peak_rss_bytes)} at most`, title: 'Resident memory of the process' });
  }
  if (row.notebook) {
    const count = row.execution_count === null ? '' : ` [${row.execution_count}]`;
    found.push({ text: `${shortened(fileName(row.notebook), 60)}${count}`, title: row.notebook });
  }
  if (git) {
    found.push({ text: `commit ${git.commit.slice(0, 8)}${git.dirty ? ' with changes' : ''}`, title: git.commit });
  }
  return found;
}

/** What a reader must know before believing any number. */
export function Cautions({ details }: { details: RunDetails }): ReactNode {
  const { row } = details;
  const remarks = [...details.notices, ...row.degraded.map(text => `Not recorded: ${text}`)];
  return (
    <>
      {row.error && (
        <p className="nbm-failure">
          <LongText text={row.error} most={400} />
        </p>
      )}
      {row.doubts.map(text => (
        <p key={text} className="nbm-caution">
          <strong className="nbm-doubt">Not counted:</strong> {text}
        </p>
      ))}
      <FindingList row={row} />
      {remarks.map(text => (
        <p key={text} className="nbm-faint">
          {text}
        </p>
      ))}
    </>
  );
}
