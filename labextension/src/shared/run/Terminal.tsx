/** What was printed, with a terminal's colours. */

import { useMemo, type ReactNode } from 'react';

import { styledText } from './ansi';

export function Terminal({ text, label }: { text: string; label: string }): ReactNode {
  const parts = useMemo(() => styledText(text.replace(/\s+$/, '')), [text]);
  return (
    <pre className="nbm-source nbm-terminal" tabIndex={0} aria-label={label}>
      {parts.map((part, at) => (part.look ? <span key={at} className={part.look}>{part.text}</span> : part.text))}
    </pre>
  );
}
