/** Small things that stand for a run: its status, its id, a warning. */

import { useState, type MouseEvent, type ReactNode } from 'react';

import type { Row } from '../contract/rows';
import { copyText } from './copy';

const WORDS: Record<string, string> = {
  RUNNING: 'running',
  FINISHED: 'finished',
  FAILED: 'failed',
  KILLED: 'interrupted',
  LOST: 'lost'
};

/** A dot with the word beside it: the colour only repeats it. */
export function Status({ status }: { status: string }): ReactNode {
  return (
    <span className={`nbm-status nbm-status-${status.toLowerCase()}`}>
      <span className="nbm-dot" aria-hidden="true" />
      {WORDS[status] ?? status.toLowerCase()}
    </span>
  );
}

/** The status; of a finished run that is not counted, that it isn't, with the reasons on hover. */
export function Standing({ row, apart }: { row: Row; apart?: string | undefined }): ReactNode {
  const reasons = [...row.doubts, ...(apart ? [apart] : [])];
  if (row.status !== 'FINISHED' || !reasons.length) {
    return <Status status={row.status} />;
  }
  return (
    <span className="nbm-status nbm-status-doubtful" title={reasons.join('\n')}>
      <span className="nbm-dot" aria-hidden="true" />
      {row.doubts.length ? 'not counted' : 'other data'}
    </span>
  );
}

/** Why a run is not counted or was not recorded in full, as a word with the reasons on hover. */
export function Doubt({ row }: { row: Row }): ReactNode {
  if (row.doubts.length) {
    return (
      <span className="nbm-doubt" title={row.doubts.join('\n')}>
        not counted
      </span>
    );
  }
  if (row.degraded.length) {
    return (
      <span className="nbm-faint" title={row.degraded.join('\n')}>
        incomplete
      </span>
    );
  }
  return null;
}

const SIGNS: Record<string, string> = { REPRODUCED: '✓', DIFFERS: '≠', CANNOT: '?' };

/** What a check of the run found: a sign and the word, which the colour only repeats. */
export function Verdict({ verdict }: { verdict: string | null }): ReactNode {
  return (
    verdict && (
      <span className={`nbm-verdict nbm-verdict-${verdict.toLowerCase()}`}>
        {SIGNS[verdict]} {verdict}
      </span>
    )
  );
}

/** The codes of what speaks against a run, each once, with the sentences on hover. */
export function Findings({ row }: { row: Row }): ReactNode {
  return (
    row.findings.length > 0 && (
      <span className="nbm-found" title={findingLines(row).join('\n')}>
        {findingCodes(row)}
      </span>
    )
  );
}

export function findingCodes(row: Row): string {
  return [...new Set(row.findings.map(finding => finding.code))].join(' ');
}

/** `NB101 X_train came from a cell that was changed afterwards`. */
export function findingLines(row: Row): string[] {
  return row.findings.map(({ code, message, name }) =>
    message.includes(name) ? `${code} ${message}` : `${code} ${name}: ${message}`
  );
}

/** The first eight characters of an id; a click copies it whole. */
export function RunId({ id }: { id: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  const copy = (event: MouseEvent): void => {
    event.stopPropagation();
    void copyText(id).then(done => {
      setCopied(done);
      window.setTimeout(() => setCopied(false), 1200);
    });
  };
  return (
    <button type="button" className="nbm-id" title={`Copy ${id}`} tabIndex={-1} onClick={copy}>
      {copied ? 'copied' : id.slice(0, 8)}
    </button>
  );
}
