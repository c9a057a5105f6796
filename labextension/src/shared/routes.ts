/** The route of each question: `nbmlops/server/routes.py` in TypeScript; a test compares the two. */

import type { Question } from './questions';

/** What a GET or a DELETE asks stands in its query string, all else in the body; names in braces are arguments. */
export const ROUTES: Record<Question, readonly ['GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', string]> = {
  revision: ['GET', '/revision'],
  experiments: ['GET', '/experiments'],
  page: ['POST', '/runs/query'],
  details: ['GET', '/runs/{run_id}'],
  change: ['POST', '/runs/change'],
  changes: ['POST', '/runs/changes'],
  change_run: ['PATCH', '/runs/{run_id}'],
  series: ['POST', '/series'],
  comparison: ['POST', '/comparison'],
  evaluation: ['POST', '/evaluation'],
  spread: ['POST', '/spread'],
  importance: ['POST', '/importance'],
  views: ['GET', '/views'],
  save_view: ['PUT', '/views'],
  delete_view: ['DELETE', '/views']
};

/** Questions that change something: what was shown may be old. */
export const CHANGES: ReadonlySet<Question> = new Set<Question>([
  'change',
  'changes',
  'change_run',
  'save_view',
  'delete_view'
]);
