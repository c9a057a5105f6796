/** A table that nothing fills yet: its columns, pale lines where rows will be, and what there is to say. */

import type { ReactNode } from 'react';

export function Frame({ heads, children }: { heads: readonly string[]; children: ReactNode }): ReactNode {
  return (
    <div className="nbm-frame">
      <div className="nbm-frame-ghost" aria-hidden="true">
        <div className="nbm-frame-row nbm-frame-heads">
          {heads.map(head => (
            <span key={head}>{head}</span>
          ))}
        </div>
        {[0, 1, 2, 3, 4, 5].map(row => (
          <div key={row} className="nbm-frame-row">
            {heads.map((head, at) => (
              <span key={head} className="nbm-frame-bar" style={{ width: `${35 + ((row * 3 + at * 5) % 5) * 11}%` }} />
            ))}
          </div>
        ))}
      </div>
      <div className="nbm-frame-words">{children}</div>
    </div>
  );
}
