/** The route of each question: `nbmlops/server/routes.py` in TypeScript; a test compares the two. */

import type { Question } from './questions';

/** What a GET or a DELETE asks stands in its query string, all else in the body; names in braces are arguments. */
export const ROUTES: Record<Question, readonly ['GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', string]> = {
  revision: ['GET', '/revision'],
  experiments: ['GET', '/experiments'],
  page: ['POST', '/runs/query'],
  details: ['GET', '/runs/{run_id}'],
  usage: ['GET', '/runs/{run_id}/usage'],
  standing: ['GET', '/runs/{run_id}/standing'],
  lineage: ['GET', '/runs/{run_id}/lineage'],
  data: ['GET', '/runs/{run_id}/data'],
  preview: ['GET', '/runs/{run_id}/preview'],
  code: ['GET', '/runs/{run_id}/code'],
  slice_notebook: ['GET', '/runs/{run_id}/slice'],
  reproduction: ['GET', '/runs/{run_id}/check'],
  reproduce: ['POST', '/runs/{run_id}/check'],
  stop_reproduction: ['DELETE', '/runs/{run_id}/check'],
  change: ['POST', '/runs/change'],
  changes: ['POST', '/runs/changes'],
  change_run: ['PATCH', '/runs/{run_id}'],
  series: ['POST', '/series'],
  comparison: ['POST', '/comparison'],
  fleet: ['GET', '/fleet'],
  jobs: ['GET', '/jobs'],
  cells: ['POST', '/cells/query'],
  notebook_place: ['GET', '/notebook'],
  evaluation: ['POST', '/evaluation'],
  spread: ['POST', '/spread'],
  importance: ['POST', '/importance'],
  source_diff: ['POST', '/comparison/source'],
  figure: ['GET', '/runs/{run_id}/figure'],
  views: ['GET', '/views'],
  save_view: ['PUT', '/views'],
  delete_view: ['DELETE', '/views']
};

/** Questions that change something: what was shown may be old. */
export const CHANGES: ReadonlySet<Question> = new Set<Question>([
  'change',
  'changes',
  'change_run',
  'reproduce',
  'stop_reproduction',
  'save_view',
  'delete_view'
]);
