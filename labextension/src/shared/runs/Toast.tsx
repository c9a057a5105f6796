import type { ReactNode } from 'react';

import type { Said } from './useChanges';

/** What was done just now, and the way back. */
export function Toast({ said, onDismiss }: { said: Said | null; onDismiss(): void }): ReactNode {
  return (
    <div className="nbm-toasts" role="status">
      {said && (
        <div className={`nbm-toast${said.error ? ' nbm-failure' : ''}`}>
          <span>{said.error ? `${said.error.message} ${said.error.hint}` : said.text}</span>
          {said.undo && (
            <button type="button" className="nbm-link" onClick={said.undo}>
              Undo
            </button>
          )}
          <button type="button" className="nbm-remove" aria-label="Dismiss" onClick={onDismiss}>
            ×
          </button>
        </div>
      )}
    </div>
  );
}
