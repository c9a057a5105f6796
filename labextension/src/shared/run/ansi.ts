/** What a terminal would have shown: colours and weights out of escape sequences, all others left out. */

export interface Styled {
  text: string;
  /** Names of classes: `nbm-ansi-red nbm-ansi-bold`. */
  look: string;
}

const COLOURS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
// eslint-disable-next-line no-control-regex
const SEQUENCE = /\u001b\[([0-9;]*)([A-Za-z])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\-_]/g;
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

interface Look {
  colour: string;
  bold: boolean;
  faint: boolean;
}

const NONE: Look = { colour: '', bold: false, faint: false };

export function styledText(text: string): Styled[] {
  const found: Styled[] = [];
  let look = NONE;
  let from = 0;
  const add = (part: string): void => {
    const shown = overwritten(part).replace(UNSEEN, '');
    if (shown) {
      found.push({ text: shown, look: classesOf(look) });
    }
  };
  for (const match of text.matchAll(SEQUENCE)) {
    add(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === 'm') {
      look = changed(look, (match[1] ?? '').split(';').map(Number));
    }
  }
  add(text.slice(from));
  return found;
}

/** Of a line that was written over, as progress bars do, the last state. */
function overwritten(text: string): string {
  if (!text.includes('\r')) {
    return text;
  }
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map(line => line.split('\r').filter(Boolean).pop() ?? '')
    .join('\n');
}

function changed(look: Look, codes: readonly number[]): Look {
  let next = look;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      // Of 256 and of all colours only the sixteen of the theme are sure to be readable.
      const indexed = codes[at + 1] === 5;
      const colour = code === 38 && indexed ? COLOURS[(codes[at + 2] ?? 99) % 8] : undefined;
      next = (codes[at + 2] ?? 99) < 16 && colour ? { ...next, colour } : next;
      at += indexed ? 2 : 4;
    } else {
      next = changedBy(next, code);
    }
  }
  return next;
}

function changedBy(look: Look, code: number): Look {
  if (code === 0) {
    return NONE;
  }
  if (code === 1 || code === 2) {
    return { ...look, bold: code === 1, faint: code === 2 };
  }
  if (code === 22) {
    return { ...look, bold: false, faint: false };
  }
  if (code === 39) {
    return { ...look, colour: '' };
  }
  const colour = (code >= 30 && code <= 37) || (code >= 90 && code <= 97) ? COLOURS[code % 10] : undefined;
  return colour ? { ...look, colour } : look;
}

function classesOf({ colour, bold, faint }: Look): string {
  return [colour && `nbm-ansi-${colour}`, bold && 'nbm-ansi-bold', faint && 'nbm-ansi-faint'].filter(Boolean).join(' ');
}
