/** What is shown where there are no runs to show: nothing yet, not yet, not possible. */

import type { ReactNode } from 'react';

import type { WireError } from '../contract/errors';

/** What happened, and what to do. */
export function Failure({ error, onRetry }: { error: WireError; onRetry?: (() => void) | undefined }): ReactNode {
  return (
    <div className="nbm-failure" role="alert">
      <strong>{error.message}</strong> {error.hint}
      {onRetry && (
        <button type="button" className="nbm-link" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** The layout to come, so that nothing jumps when it does. */
export function Skeleton({ lines = 6 }: { lines?: number }): ReactNode {
  return (
    <div className="nbm-skeleton" role="status" aria-busy="true" aria-label="Reading runs">
      {Array.from({ length: lines }, (_, at) => (
        <div key={at} className="nbm-waits" style={{ width: `${92 - ((at * 7) % 30)}%` }} />
      ))}
    </div>
  );
}

/** No runs at all: what would make the first. */
export function NoRuns({ made }: { made: boolean }): ReactNode {
  return (
    <div className="nbm-empty">
      <p>{made ? 'No runs are recorded here yet.' : 'There is no store yet.'}</p>
      <p className="nbm-faint">
        Put <code>%%track</code> at the top of a cell and run it: its run will stand here.
      </p>
    </div>
  );
}

/** Runs there are, but none fits. */
export function NoneFit({ onClear }: { onClear(): void }): ReactNode {
  return (
    <div className="nbm-empty">
      <p>No run fits.</p>
      <button type="button" className="nbm-link" onClick={onClear}>
        Clear the filters
      </button>
    </div>
  );
}
