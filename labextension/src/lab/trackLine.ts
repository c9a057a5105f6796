/**
 * The line that makes a cell a tracked one: `nbmlops/capture/header.py` in TypeScript, as far as a button needs it.
 * A test holds the two together.
 */

const TRACK = /^\s*%%track(?:[ \t]+(.*))?$/;
const COMMENT_TRACK = /^\s*#[ ]?\|[ \t]*track(?:[ \t]+.*)?$/;
const MAGIC = /^\s*%%(\w+)/;
/** Cell magics whose body is Python that runs in the kernel: `%%track` may stand below them. */
const WRAPPERS = new Set(['capture', 'debug', 'lprun', 'memit', 'mprun', 'prun', 'pyinstrument', 'time', 'timeit']);

/** The lines of a source that ask for tracking, by their numbers from 0. */
export function trackLines(source: string): number[] {
  if (!source.includes('track')) {
    return [];
  }
  const tracks: number[] = [];
  let comment: number | null = null;
  let magics = 0;
  for (const [at, line] of source.split('\n').entries()) {
    const stripped = line.trim();
    const track = TRACK.exec(line);
    if (!stripped || stripped.startsWith('#')) {
      comment ??= !magics && !tracks.length && COMMENT_TRACK.test(line) ? at : null;
    } else if (track) {
      if (!track[1]?.trim().endsWith('?')) {
        tracks.push(at);
      }
    } else if (MAGIC.test(line) && !stripped.startsWith('%%track')) {
      magics++;
      if (!WRAPPERS.has(MAGIC.exec(line)?.[1] ?? '')) {
        break;
      }
    } else {
      break;
    }
  }
  return tracks.length ? tracks : comment === null ? [] : [comment];
}

/** A source without the lines that ask for tracking. */
export function withoutTrack(source: string): string {
  let left = source;
  for (let lines = trackLines(left); lines.length; lines = trackLines(left)) {
    const at = lines[0];
    left = left
      .split('\n')
      .filter((_, line) => line !== at)
      .join('\n');
  }
  return left;
}

/** A change of a source: what stands from `start` to `end` becomes `text`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** What turns tracking on, or off where it is on: the first line of the cell, or all lines that ask for it gone. */
export function toggled(source: string): Edit[] {
  const lines = trackLines(source);
  if (!lines.length) {
    return [{ start: 0, end: 0, text: '%%track\n' }];
  }
  const starts = [0];
  for (const line of source.split('\n')) {
    starts.push((starts[starts.length - 1] ?? 0) + line.length + 1);
  }
  // From the last up, so that the places of the others stay what they are.
  return lines.reverse().map(at => ({
    start: starts[at] ?? 0,
    end: Math.min(starts[at + 1] ?? source.length, source.length),
    text: ''
  }));
}
