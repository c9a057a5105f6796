/** The route of each question: `nbmlops/server/routes.py` in TypeScript; a test compares the two. */

import type { Question } from './questions';

/** What a GET asks stands in its query string, all else in the body; names in braces are arguments. */
export const ROUTES: Record<Question, readonly ['GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', string]> = {
  revision: ['GET', '/revision'],
  experiments: ['GET', '/experiments'],
  page: ['POST', '/runs/query'],
  details: ['GET', '/runs/{run_id}'],
  set_tag: ['PUT', '/runs/{run_id}/tags/{key}'],
  series: ['POST', '/series'],
  comparison: ['POST', '/comparison'],
  evaluation: ['POST', '/evaluation'],
  spread: ['POST', '/spread'],
  importance: ['POST', '/importance']
};

/** Questions that change something: what was shown may be old. */
export const CHANGES: ReadonlySet<Question> = new Set<Question>(['set_tag']);
