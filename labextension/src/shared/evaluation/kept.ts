/** What the browser keeps for its reader; some hosts forbid it, and then it is forgotten with the page. */

export function readKept<T>(key: string): T | null {
  try {
    const found: unknown = JSON.parse(window.localStorage.getItem(key) ?? 'null');
    return found !== null && typeof found === 'object' ? (found as T) : null;
  } catch {
    return null;
  }
}

export function writeKept(key: string, value: unknown): void {
  try {
    window.localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A frame of another origin, or a private window.
  }
}
