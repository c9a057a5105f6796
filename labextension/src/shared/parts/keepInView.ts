/** Panels that open at a button stay where they can be read, however near the edge the button stands. */

const MARGIN = 4;

/** Moves an open panel sideways into its view, and makes it no wider than that. */
export function keepInView(panel: HTMLElement | null): void {
  const view = panel?.closest('.nbm-app')?.getBoundingClientRect();
  if (!panel || !view) {
    return;
  }
  const left = Math.max(view.left, 0) + MARGIN;
  const right = Math.min(view.right, document.documentElement.clientWidth) - MARGIN;
  panel.style.translate = '';
  panel.style.maxWidth = `${right - left}px`;
  const box = panel.getBoundingClientRect();
  const shift = Math.max(left - box.left, 0) || Math.min(right - box.right, 0);
  panel.style.translate = shift ? `${shift}px` : '';
}
