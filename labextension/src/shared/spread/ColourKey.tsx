import type { ReactNode } from 'react';

import { RAMP, type Colouring } from './colour';

/** What the colours mean. */
export function ColourKey({ colouring }: { colouring: Colouring }): ReactNode {
  const { label, ends, named } = colouring;
  if (!label) {
    return null;
  }
  return (
    <div className="nbm-sp-key nbm-small">
      <span className="nbm-faint">{label}</span>
      {ends && (
        <>
          <span>{ends[0]}</span>
          <span className="nbm-sp-ramp" style={{ background: `linear-gradient(90deg, ${RAMP.join(', ')})` }} aria-hidden="true" />
          <span>{ends[1]}</span>
        </>
      )}
      {named.map(({ text, colour }) => (
        <span key={text}>
          <span className="nbm-sp-dot" style={{ background: colour }} aria-hidden="true" />
          {text}
        </span>
      ))}
    </div>
  );
}
