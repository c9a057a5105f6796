/** What a report carries along: answers that were taken down when it was written (`answers/recording.py`). */

import type { Page } from '../shared/contract/rows';

export interface Recorded {
  question: string;
  args: Record<string, unknown>;
  answer: unknown;
}

export interface Recording {
  format: number;
  title: string;
  experiment: string;
  /** The id of the best run. */
  best: string | null;
  /** All its runs, with their columns. */
  page: Page;
  answers: Recorded[];
}

const FORMAT = 1;

/** The recording of this document, null where it is none, or was written by another version. */
export function readRecording(): Recording | null {
  const text = document.getElementById('nbmlops-recording')?.textContent;
  if (!text) {
    return null;
  }
  const found = JSON.parse(text) as Recording;
  return found.format === FORMAT ? found : null;
}
