/** A chart as a file of the reader's. */

import type uPlot from 'uplot';

import type { SeriesData } from '../contract/curves';

export const save = {
  /** The lines as they are seen, on the ground that they are seen on. */
  picture(chart: uPlot, name: string, ground: string): void {
    const from = chart.ctx.canvas;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [from.width, from.height];
    const ctx = canvas.getContext('2d');
    if (ctx) {
      ctx.fillStyle = ground;
      ctx.fillRect(0, 0, canvas.width, canvas.height);
      ctx.drawImage(from, 0, 0);
      canvas.toBlob(blob => blob && download(blob, `${fileName(name)}.png`));
    }
  },
  points(series: readonly SeriesData[], names: ReadonlyMap<string, string>, name: string): void {
    download(new Blob([csvOf(series, names, name)], { type: 'text/csv' }), `${fileName(name)}.csv`);
  }
};

/** A line a point. A spreadsheet takes what begins with `=` for a formula: such names are texts with a blank before. */
export function csvOf(series: readonly SeriesData[], names: ReadonlyMap<string, string>, key: string): string {
  const lines = [['run', 'id', 'step', 'seconds', key].map(quoted).join(',')];
  for (const one of series) {
    const head = `${quoted(names.get(one.id) ?? '')},${one.id}`;
    one.values.forEach((value, at) => lines.push(`${head},${one.steps[at]},${one.times[at] ?? ''},${value ?? ''}`));
  }
  return `${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? ` ${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function fileName(text: string): string {
  return text.replace(/[^\w.-]+/g, '_').slice(0, 80) || 'chart';
}

function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
