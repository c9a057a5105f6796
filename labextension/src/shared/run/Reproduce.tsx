/** Does a run again: by the server where there is one, else by a command to run. */

import { useEffect, useState, type ReactNode } from 'react';

import type { CheckState } from '../contract/doing';
import { useHost } from '../host';
import { copyText } from '../parts/copy';
import { formatDuration } from '../parts/numbers';
import { asWireError } from '../source';
import { useOwnAnswer } from '../parts/useAnswer';

const LOOK_MS = 1000;

export function Reproduce({ id }: { id: string }): ReactNode {
  const { kind } = useHost();
  return kind === 'page' || kind === 'lab' ? <ByServer id={id} /> : <ByCommand id={id} />;
}

/** A kernel that is busy with it could not answer the widget: the command runs where the reader says. */
function ByCommand({ id }: { id: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  const command = `%nbmlops reproduce ${id.slice(0, 8)}`;
  return (
    <button type="button" className="nbm-button" title={command} onClick={() => void copyText(command).then(setCopied)}>
      {copied ? `Copied: ${command}` : 'Copy the command to reproduce'}
    </button>
  );
}

function ByServer({ id }: { id: string }): ReactNode {
  const { source } = useHost();
  const known = useOwnAnswer(source, 'reproduction', { run_id: id });
  const [state, setState] = useState<CheckState | null>(null);
  const [error, setError] = useState('');
  const shown = state ?? known.answer;
  const running = shown?.state === 'running';

  useEffect(() => {
    if (!running) {
      return undefined;
    }
    const timer = window.setInterval(() => {
      source.ask('reproduction', { run_id: id }).then(setState, () => undefined); // the next look may do better
    }, LOOK_MS);
    return () => window.clearInterval(timer);
  }, [source, id, running]);

  const ask = (question: 'reproduce' | 'stop_reproduction'): void => {
    setError('');
    source.ask(question, { run_id: id }).then(setState, (reason: unknown) => setError(asWireError(reason).message));
  };
  if (running) {
    return (
      <span className="nbm-checking" role="status">
        <span className="nbm-spinner" aria-hidden="true" />
        Reproducing{shown.since !== null && <Since since={shown.since} />}
        <button type="button" className="nbm-link" onClick={() => ask('stop_reproduction')}>
          cancel
        </button>
      </span>
    );
  }
  return (
    <>
      <button
        type="button"
        className="nbm-button"
        title="Executes what the run depended on once more, in a clean kernel, and compares"
        onClick={() => ask('reproduce')}
      >
        Reproduce
      </button>
      {(error || shown?.state === 'failed') && (
        <span className="nbm-failure nbm-small" role="alert">
          {error || `It could not be checked: ${shown?.said}`}
        </span>
      )}
      {shown?.state === 'stopped' && (
        <span className="nbm-faint nbm-small" role="status">
          Cancelled: the verdict of before stays.
        </span>
      )}
    </>
  );
}

function Since({ since }: { since: number }): ReactNode {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now() / 1000), LOOK_MS);
    return () => window.clearInterval(timer);
  }, []);
  return <span className="nbm-faint"> {formatDuration(Math.max(1, Math.round(now - since)))}</span>;
}
