/** A text that may be of any length: cut, with a way to all of it. */

import { useState, type ReactNode } from 'react';

import { CopyButton } from '../parts/CopyButton';
import { formatNumber } from '../parts/numbers';

/** More than so is never laid out at once: a browser takes seconds for a line of a megabyte. */
const MOST_SHOWN = 20_000;

export function LongText({ text, most = 160 }: { text: string; most?: number }): ReactNode {
  const [whole, setWhole] = useState(false);
  if (text.length <= most) {
    return <>{text}</>;
  }
  const shown = whole ? text.slice(0, MOST_SHOWN) : text.slice(0, most);
  return (
    <>
      {shown}
      {shown.length < text.length && '…'}
      <span className="nbm-more">
        <button type="button" className="nbm-link" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? 'show less' : 'show all'}
        </button>
        <CopyButton text={text} what="copy" />
        <span className="nbm-faint">{formatNumber(text.length)} characters</span>
      </span>
    </>
  );
}
