/** Bytes as people read them. */

import { formatNumber, MISSING } from '../parts/numbers';

const UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** `512 bytes`, `37 kB`, `1.2 GB`: thousands, as disks are sold. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) {
    return MISSING;
  }
  if (bytes < 1000) {
    return `${formatNumber(bytes)} bytes`;
  }
  let size = bytes;
  let at = -1;
  while (size >= 999.5 && at < UNITS.length - 1) {
    size /= 1000;
    at += 1;
  }
  return `${size < 9.95 ? size.toFixed(1) : Math.round(size)} ${UNITS[at]}`;
}

/** The last part of a path, of either system. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).pop() || path;
}
