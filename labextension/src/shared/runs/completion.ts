/** What may stand at a place in a `where` expression: the language of `nbmlops/records/where.py`, as far as is needed. */

import type { WhereKeys } from '../contract/completion';

type Kind = 'text' | 'number' | 'word' | 'field' | 'symbol';

interface Token {
  kind: Kind;
  text: string;
  start: number;
  end: number;
  /** A quote that is never closed. */
  open: boolean;
}

/** What is wanted: a field, an operator for one, a value of it, `none`, or what joins two conditions. */
export type Want =
  | { kind: 'field' }
  | { kind: 'operator'; field: string }
  | { kind: 'list'; field: string }
  | { kind: 'value'; field: string }
  | { kind: 'none' }
  | { kind: 'joiner' };

export interface Place {
  want: Want;
  /** The part of the text that a choice replaces. */
  from: number;
  to: number;
  /** Of it, what stands before the caret. */
  typed: string;
}

export interface Option {
  /** What is written in place of what was typed. */
  text: string;
  note: string;
}

const SUMMARIES = new Set(['min', 'max', 'last', 'count']);
const LITERALS = new Set(['true', 'false', 'none', 'null', 'missing', 'nan', 'inf', 'infinity']);
const COMPARISONS = new Set(['=', '==', '!=', '<>', '<', '<=', '>', '>=']);
const FIELD = /^(params|metrics|tags)\.(?:"(?:[^"]|"")*"?|'(?:[^']|'')*'?|`(?:[^`]|``)*`?|[\w/@:.-]*)/;
const WORD = /^[^\W\d]\w*/;
const NUMBER = /^[+-]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d+)(?:[eE][+-]?\d+)?/;
const SYMBOL = /^(?:==|!=|<>|<=|>=|[=<>(),])/;
const TEXT = /^(?:'(?:[^']|'')*'?|"(?:[^"]|"")*"?)/;
const PLAIN_KEY = /^[\w/@:-]+(?:\.[\w/@:-]+)*$/;

function tokensOf(text: string): Token[] {
  const found: Token[] = [];
  const kinds: [Kind, RegExp][] = [['text', TEXT], ['field', FIELD], ['word', WORD], ['number', NUMBER], ['symbol', SYMBOL]];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const space = /^\s+/.exec(rest);
    if (space) {
      at += space[0].length;
      continue;
    }
    const hit = kinds.map(([kind, pattern]) => [kind, pattern.exec(rest)?.[0]] as const).find(([, one]) => one);
    const [kind, piece] = hit ? [hit[0], hit[1] as string] : (['symbol', rest.slice(0, 1)] as const);
    found.push({ kind, text: piece, start: at, end: at + piece.length, open: isOpen(kind, piece) });
    at += piece.length;
  }
  return found;
}

function isOpen(kind: Kind, piece: string): boolean {
  const quoted = kind === 'text' ? piece : kind === 'field' ? piece.slice(piece.indexOf('.') + 1) : '';
  const quote = quoted.slice(0, 1);
  if (!["'", '"', '`'].includes(quote)) {
    return false;
  }
  return quoted.split(quote).length % 2 === 0;
}

/** What is wanted where the caret stands. */
export function placeAt(text: string, caret: number): Place {
  const tokens = tokensOf(text);
  const before = tokens.filter(token => token.start < caret);
  const last = before[before.length - 1];
  const touches = last && last.kind !== 'symbol' && (last.end >= caret || last.open) && !isClosedText(last, caret);
  if (!touches) {
    return { want: wantAfter(before), from: caret, to: caret, typed: '' };
  }
  const want = wantAfter(before.slice(0, -1));
  return { want, from: last.start, to: Math.max(last.end, caret), typed: text.slice(last.start, caret) };
}

function isClosedText(token: Token, caret: number): boolean {
  return token.kind === 'text' && !token.open && token.end <= caret;
}

/** Whether a text reads as a whole expression, so far as can be told without the store. */
export function isWhole(text: string): boolean {
  const tokens = tokensOf(text);
  const count = (symbol: string): number => tokens.filter(token => token.kind === 'symbol' && token.text === symbol).length;
  const closed = count('(') === count(')') && !tokens.some(token => token.open);
  return !tokens.length || (closed && wantAfter(tokens).kind === 'joiner');
}

/** Walks over what stands before, one state for each place of the grammar. */
function wantAfter(tokens: readonly Token[]): Want {
  let want: Want = { kind: 'field' };
  let field = '';
  let listed = false;
  let summary = '';
  for (const { kind, text } of tokens) {
    const word = kind === 'word' ? text.toLowerCase() : '';
    const isValue = kind === 'text' || kind === 'number' || LITERALS.has(word);
    switch (want.kind) {
      case 'field':
        if (SUMMARIES.has(word)) {
          summary = word;
        } else if (isValue) {
          want = { kind: 'operator', field: '' };
        } else if (kind === 'field' || (kind === 'word' && word !== 'not')) {
          field = summary ? `${summary}(${text})` : text;
          want = { kind: 'operator', field };
        }
        break;
      case 'operator':
        if (COMPARISONS.has(text) || word === 'contains' || word === 'startswith') {
          want = field ? { kind: 'value', field } : { kind: 'field' };
        } else if (word === 'in') {
          want = { kind: 'list', field };
        } else if (word === 'is') {
          want = { kind: 'none' };
        } else if (text === ')' && summary) {
          summary = '';
        }
        break;
      case 'list':
        if (text === '(') {
          listed = true;
          want = { kind: 'value', field };
        }
        break;
      case 'value':
        if (isValue || kind === 'field' || kind === 'word') {
          want = { kind: 'joiner' };
        }
        break;
      case 'none':
        want = word === 'not' ? want : { kind: 'joiner' };
        break;
      case 'joiner':
        if (word === 'and' || word === 'or') {
          want = { kind: 'field' };
          field = '';
        } else if (listed && text === ',') {
          want = { kind: 'value', field };
        } else if (listed && text === ')') {
          listed = false;
        } else if (COMPARISONS.has(text)) {
          want = { kind: 'value', field };
        }
        break;
    }
  }
  return want;
}

/** A key as an expression writes it. */
export function writtenKey(key: string): string {
  return PLAIN_KEY.test(key) ? key : `"${key.replaceAll('"', '""')}"`;
}

type Place3 = 'metrics' | 'params' | 'tags';
const NOTES: Record<Place3, string> = { metrics: 'metric', params: 'parameter', tags: 'tag' };

/** The fields that there are; `first` names the columns that are shown, which are meant most often. */
export function fieldOptions(keys: WhereKeys, first: readonly string[] = []): Option[] {
  const groups = ['metrics', 'params', 'tags'] as const;
  const keyed = groups.flatMap(group =>
    keys[group].map(key => ({ id: `${group}.${key}`, text: `${group}.${writtenKey(key)}`, note: NOTES[group] }))
  );
  const rank = new Map(first.map((id, at) => [id, at]));
  keyed.sort((a, b) => (rank.get(a.id) ?? first.length) - (rank.get(b.id) ?? first.length));
  const own = Object.keys(keys.fields).map(text => ({ text, note: 'run' }));
  const functions = ['min', 'max', 'last', 'count'].map(name => ({ text: `${name}(metrics.`, note: 'of a metric' }));
  return [...keyed.map(({ text, note }) => ({ text, note })), ...own, ...functions, { text: 'not', note: '' }];
}

const ORDERS: Option[] = [
  { text: '>', note: 'greater' },
  { text: '>=', note: 'at least' },
  { text: '<', note: 'smaller' },
  { text: '<=', note: 'at most' }
];
const EQUALS: Option[] = [
  { text: '==', note: 'equal' },
  { text: '!=', note: 'not equal' }
];
const LISTED: Option[] = [
  { text: 'in (', note: 'one of' },
  { text: 'not in (', note: 'none of' }
];
const SEARCHED: Option[] = [
  { text: 'contains', note: 'holds this text' },
  { text: 'startswith', note: 'begins with it' }
];
const LACKING: Option[] = [
  { text: 'is none', note: 'has no value' },
  { text: 'is not none', note: 'has one' }
];

/** The operators that a field takes. */
export function operatorOptions(field: string, keys: WhereKeys): Option[] {
  if (field.includes('(') || field.startsWith('metrics.')) {
    return [...ORDERS, ...EQUALS, ...LISTED, ...LACKING];
  }
  if (field.startsWith('params.')) {
    return [...EQUALS, ...ORDERS, ...LISTED, ...SEARCHED, ...LACKING];
  }
  const kind = keys.fields[field];
  if (kind === 'moment' || kind === 'duration') {
    return [...ORDERS, ...EQUALS, ...LACKING];
  }
  return [...EQUALS, ...SEARCHED, ...LISTED, ...LACKING];
}

export const NONE_OPTIONS: Option[] = [
  { text: 'none', note: 'no value' },
  { text: 'not none', note: 'some value' }
];
export const JOINERS: Option[] = [
  { text: 'and', note: '' },
  { text: 'or', note: '' }
];

const MOST = 60;

/** Those that fit what was typed: what begins so first, then what holds it; a key may be named without its group. */
export function fitting(options: readonly Option[], typed: string): Option[] {
  const bare = (text: string): string => text.toLowerCase().replace(/^['"`]|['"`]$/g, '');
  const wanted = bare(typed);
  const rank = ({ text }: Option): number => {
    const whole = bare(text);
    const key = bare(whole.slice(whole.indexOf('.') + 1));
    if (whole === wanted) {
      return 0;
    }
    return key.startsWith(wanted) ? 1 : whole.startsWith(wanted) ? 2 : whole.includes(wanted) ? 3 : 4;
  };
  if (!wanted) {
    return options.slice(0, MOST);
  }
  const ranked = options.map(option => ({ option, rank: rank(option) })).filter(one => one.rank < 4);
  ranked.sort((a, b) => a.rank - b.rank);
  return ranked.map(one => one.option).slice(0, MOST);
}

/** The text with a choice in its place, and where the caret stands then. */
export function completed(text: string, place: Place, option: Option): { text: string; caret: number } {
  const space = option.text.endsWith('(') || option.text.endsWith('.') || text[place.to] === ' ' ? '' : ' ';
  const written = option.text + space;
  const after = text[place.to] === ' ' ? 1 : 0;
  return {
    text: text.slice(0, place.from) + written + text.slice(place.to),
    caret: place.from + written.length + (space ? 0 : option.text.endsWith('(') || option.text.endsWith('.') ? 0 : after)
  };
}

/** The part of an expression around a fault, to be shown with the fault marked. */
export function excerpt(text: string, column: number): { before: string; at: string; after: string } {
  const token = tokensOf(text).find(one => one.start <= column && column < one.end);
  const end = token ? token.end : Math.min(text.length, column + 1);
  const start = token ? token.start : column;
  const from = Math.max(0, start - 28);
  const to = Math.min(text.length, end + 20);
  return {
    before: (from ? '…' : '') + text.slice(from, start),
    at: text.slice(start, end),
    after: text.slice(end, to) + (to < text.length ? '…' : '')
  };
}
