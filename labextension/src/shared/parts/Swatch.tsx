import type { ReactNode } from 'react';

import type { Mark } from './colours';

/** A run's colour, dashed as its line is; an empty place where it has none. */
export function Swatch({ mark }: { mark: Mark | undefined }): ReactNode {
  return (
    <svg className="nbm-swatch" width="16" height="8" aria-hidden="true">
      <line x1="0" y1="4" x2="16" y2="4" stroke={mark?.colour} strokeWidth="3" strokeDasharray={mark?.dash.join(' ')} />
    </svg>
  );
}
