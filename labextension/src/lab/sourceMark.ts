/**
 * What sources are known again by: `nbmlops/answers/source_marks.py` in TypeScript. A test holds the two together.
 */

import type { SourceMark } from '../shared/contract/cells';
import { withoutTrack } from './trackLine';

const MASK = '***';
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) {
    rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return rest >>> 0;
});

/** A source without its `%%track` lines, and without blanks at its end: neither changes what it computes. */
export function whatCounts(source: string): string {
  return withoutTrack(source).replace(/[ \t\r\n]+$/, '');
}

export function digestOf(source: string): string {
  const bytes = new TextEncoder().encode(whatCounts(source));
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum = (sum >>> 8) ^ (TABLE[(sum ^ byte) & 0xff] ?? 0);
  }
  const hex = ((sum ^ 0xffffffff) >>> 0).toString(16).padStart(8, '0');
  return `${hex}-${bytes.length}`;
}

/** Whether a source is the one that a mark was made of. Where a secret was masked, anything may stand in its place. */
export function isMarked(source: string, digest: string, mark: SourceMark): boolean {
  return mark.pattern ? fits(whatCounts(source), mark.pattern.split(MASK)) : mark.digest === digest;
}

/** Whether a text is made of these parts in this order, with anything between them. */
function fits(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  const last = parts[parts.length - 1] ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) {
    return false;
  }
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    at = text.indexOf(part, at);
    if (at === -1) {
      return false;
    }
    at += part.length;
  }
  return at <= text.length - last.length;
}
