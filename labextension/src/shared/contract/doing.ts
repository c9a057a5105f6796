/** What can be done with a run. `nbmlops/records/wire/doing.py` in TypeScript. */

export interface Snippet {
  title: string;
  language: 'python' | 'shell';
  code: string;
}

export interface SliceNotebook {
  name: string;
  notebook: Record<string, unknown>;
}

export interface CheckState {
  state: 'none' | 'running' | 'done' | 'failed' | 'stopped';
  since: number | null;
  said: string;
}

export interface UsageFacts {
  seconds: number[];
  cpus: number[];
  memory: number[];
  gpu: number[];
}
