/** Python's words, told apart well enough to be coloured; what can't be read stays plain. */

export type TokenKind = 'plain' | 'comment' | 'string' | 'number' | 'keyword' | 'magic' | 'definition';

export interface Token {
  kind: TokenKind;
  text: string;
}

const KEYWORDS = new Set(
  (
    'and as assert async await break case class continue def del elif else except False finally for from global if ' +
    'import in is lambda match None nonlocal not or pass raise return True try while with yield'
  ).split(' ')
);
/** Words that are names as well: only at the beginning of a line do they begin a statement. */
const SOFT = new Set(['match', 'case']);

const PARTS: readonly (readonly [TokenKind, string])[] = [
  ['comment', '#[^\\n]*'],
  ['string', '[rbfuRBFU]{0,2}(?:"""(?:[^\\\\]|\\\\[^])*?(?:"""|(?![^]))|\'\'\'(?:[^\\\\]|\\\\[^])*?(?:\'\'\'|(?![^])))'],
  ['string', '[rbfuRBFU]{0,2}(?:"(?:[^"\\\\\\n]|\\\\[^])*"?|\'(?:[^\'\\\\\\n]|\\\\[^])*\'?)'],
  ['number', '\\b(?:0[xX][\\da-fA-F_]+|0[bB][01_]+|(?:\\d[\\d_]*\\.?[\\d_]*|\\.\\d[\\d_]*)(?:[eE][+-]?\\d+)?j?)'],
  ['plain', '[A-Za-z_\\u0080-\\uffff][\\w\\u0080-\\uffff]*'],
  ['magic', '^[ \\t]*[%!][^\\n]*'],
  ['plain', '[^]']
];
const SCANNER = new RegExp(PARTS.map(([, pattern]) => `(${pattern})`).join('|'), 'gm');
const MOST_CHARS = 100_000;

/** A source in pieces; put together again, they are the source. */
export function tokensOf(source: string): Token[] {
  if (source.length > MOST_CHARS) {
    return [{ kind: 'plain', text: source }];
  }
  const tokens: Token[] = [];
  let before = '';
  for (const found of source.matchAll(SCANNER)) {
    const text = found[0];
    const at = found.slice(1).findIndex(part => part !== undefined);
    let kind = PARTS[at]?.[0] ?? 'plain';
    if (/^[A-Za-z_]/.test(text) && kind === 'plain') {
      kind = wordKind(text, before, startsLine(source, found.index));
      before = text;
    } else if (kind === 'plain' && text === '@' && startsLine(source, found.index)) {
      kind = 'definition';
    }
    push(tokens, kind, text);
  }
  return tokens;
}

function wordKind(word: string, before: string, first: boolean): TokenKind {
  if (before === 'def' || before === 'class') {
    return 'definition';
  }
  return KEYWORDS.has(word) && (first || !SOFT.has(word)) ? 'keyword' : 'plain';
}

function startsLine(source: string, at: number): boolean {
  return source.slice(source.lastIndexOf('\n', at - 1) + 1, at).trim() === '';
}

/** What follows something of its own kind joins it: fewer elements on the page. */
function push(tokens: Token[], kind: TokenKind, text: string): void {
  const last = tokens[tokens.length - 1];
  if (last?.kind === kind) {
    last.text += text;
  } else {
    tokens.push({ kind, text });
  }
}
