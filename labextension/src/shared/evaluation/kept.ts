/** What the browser keeps for its reader; some hosts forbid it, and then it is forgotten with the page. */

import { useState } from 'react';

/** State that is kept under a key, and read anew when the key is another one. */
export function useKept<T extends object>(key: string, initial: T): [T, (value: T) => void] {
  const [held, setHeld] = useState<{ key: string; value: T } | null>(null);
  const value = held?.key === key ? held.value : { ...initial, ...readKept<Partial<T>>(key) };
  if (held?.key !== key) {
    setHeld({ key, value });
  }
  const change = (next: T): void => {
    setHeld({ key, value: next });
    writeKept(key, next);
  };
  return [value, change];
}

function readKept<T>(key: string): T | null {
  try {
    const found: unknown = JSON.parse(window.localStorage.getItem(key) ?? 'null');
    return found !== null && typeof found === 'object' ? (found as T) : null;
  } catch {
    return null;
  }
}

function writeKept(key: string, value: unknown): void {
  try {
    window.localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A frame of another origin, or a private window.
  }
}
