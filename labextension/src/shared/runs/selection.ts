/** Which runs are chosen: pure functions from what was chosen to what is. */

/** With the run, or without it if it was chosen. */
export function toggled(selected: readonly string[], id: string): string[] {
  return selected.includes(id) ? selected.filter(other => other !== id) : [...selected, id];
}

/** With all of these, or without them where all are chosen already. */
export function toggledAll(selected: readonly string[], ids: readonly string[]): string[] {
  const chosen = new Set(selected);
  if (ids.every(id => chosen.has(id))) {
    const gone = new Set(ids);
    return selected.filter(id => !gone.has(id));
  }
  return [...selected, ...ids.filter(id => !chosen.has(id))];
}

/** What was chosen before a range was drawn, and the range, without what an earlier end of it held. */
export function ranged(before: readonly string[], ids: readonly string[]): string[] {
  const range = new Set(ids);
  return [...before.filter(id => !range.has(id)), ...ids];
}
