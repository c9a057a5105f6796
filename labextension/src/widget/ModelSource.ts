/** Runs from the kernel: questions and answers over the widget's own channel, told apart by a number. */

import type { AnyModel } from './anywidget';
import type { WireError } from '../shared/contract/errors';
import type { Answer, Args, Question } from '../shared/questions';
import { SourceError, type RunSource } from '../shared/source';

const PATIENCE_MS = 60_000;

interface Reply {
  reply_to?: number;
  result?: unknown;
  error?: WireError;
  changed?: boolean;
}

interface Waiting {
  resolve(result: unknown): void;
  reject(reason: unknown): void;
  timer: number;
}

export class ModelSource implements RunSource {
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Set<() => void>();
  private last = 0;
  private silent = false;

  constructor(private readonly model: AnyModel) {
    model.on('msg:custom', this.onMessage);
    model.on('comm_live_update', this.onSilence);
  }

  dispose(): void {
    this.model.off('msg:custom', this.onMessage);
    this.model.off('comm_live_update', this.onSilence);
    this.waiting.forEach(({ timer }) => window.clearTimeout(timer));
    this.waiting.clear();
    this.listeners.clear();
  }

  onChange(callback: () => void): () => void {
    this.listeners.add(callback);
    return () => this.listeners.delete(callback);
  }

  ask<Q extends Question>(question: Q, args: Args<Q>): Promise<Answer<Q>> {
    if (this.silent) {
      return Promise.reject(new SourceError(GONE));
    }
    const id = ++this.last;
    return new Promise<Answer<Q>>((resolve, reject) => {
      const timer = window.setTimeout(() => {
        this.waiting.delete(id);
        reject(new SourceError(SILENCE));
      }, PATIENCE_MS);
      this.waiting.set(id, { resolve: result => resolve(result as Answer<Q>), reject, timer });
      this.model.send({ id, method: question, args });
    });
  }

  /** The kernel was restarted or has ended: nobody is there who could answer. */
  private readonly onSilence = (): void => {
    this.silent = true;
    this.waiting.forEach(({ reject, timer }) => {
      window.clearTimeout(timer);
      reject(new SourceError(GONE));
    });
    this.waiting.clear();
    this.listeners.forEach(callback => callback());
  };

  private readonly onMessage = (answer: Reply): void => {
    if (answer.changed) {
      this.listeners.forEach(callback => callback());
      return;
    }
    const waiting = answer.reply_to === undefined ? undefined : this.waiting.get(answer.reply_to);
    if (!waiting || answer.reply_to === undefined) {
      return;
    }
    this.waiting.delete(answer.reply_to);
    window.clearTimeout(waiting.timer);
    if (answer.error) {
      waiting.reject(new SourceError(answer.error));
    } else {
      waiting.resolve(answer.result);
    }
  };
}

const GONE: WireError = {
  code: 'fault',
  message: 'The kernel that this table came from is gone.',
  hint: 'What is shown stays as it was. Run the cell again to go on.'
};
const SILENCE: WireError = {
  code: 'fault',
  message: 'The kernel gives no answer.',
  hint: 'While a cell runs it has to wait. If it was restarted, run this cell again.'
};
