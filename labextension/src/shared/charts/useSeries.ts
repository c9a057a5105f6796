/** The points of a metric: an overview of all, and of what is zoomed to all that there is room for. */

import { useEffect, useMemo, useState } from 'react';

import type { Axis, SeriesData } from '../contract/curves';
import type { WireError } from '../contract/errors';
import { asWireError, type RunSource } from '../source';
import { merged, type Range } from './lines';

/** Points of all series together, and of one: more than there are pixels for shows nothing more. */
const MOST_POINTS = 40_000;
const [LEAST_OF_ONE, MOST_OF_ONE] = [300, 1000];
/** How much is asked for beyond either end of what is seen, so that smoothing has something to begin with. */
const MARGIN = 0.1;

export interface Asked {
  ids: readonly string[];
  key: string;
  axis: Axis;
  /** Whether they are to be smoothed. */
  means: boolean;
  zoom: Range | null;
  /** Asks again when it changes. */
  revision: string;
}

interface Close {
  of: string;
  part: string;
  series: ReadonlyMap<string, SeriesData>;
}

export interface Series {
  series: readonly SeriesData[] | null;
  /** What is zoomed to is there with all the points that there is room for. */
  close: boolean;
  error: WireError | null;
}

export function useSeries(source: RunSource, asked: Asked): Series {
  const { key, axis, means, zoom, revision } = asked;
  const ids = asked.ids.join(' ');
  const [found, setFound] = useState<{ of: string; series: readonly SeriesData[] } | null>(null);
  const [close, setClose] = useState<Close | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const of = `${key} ${axis}`;
  const max_points = useMemo(() => {
    const each = Math.round(MOST_POINTS / Math.max(1, ids.split(' ').length));
    return Math.min(Math.max(each, LEAST_OF_ONE), MOST_OF_ONE);
  }, [ids]);

  useEffect(() => {
    let current = true;
    source.ask('series', { ids: ids.split(' '), key, max_points, by: axis, means }).then(
      series => {
        if (current) {
          setFound({ of, series });
          setError(null);
        }
      },
      (reason: unknown) => current && setError(asWireError(reason))
    );
    return () => {
      current = false;
    };
  }, [source, ids, key, axis, means, max_points, of, revision]);

  const [from, to] = zoom ?? [null, null];
  const thinned = found?.of === of && found.series.some(one => one.thinned);
  useEffect(() => {
    if (from === null || to === null || !thinned) {
      setClose(null);
      return undefined;
    }
    let current = true;
    const margin = (to - from) * MARGIN;
    const part = { first: from - margin, last: to + margin };
    source.ask('series', { ids: ids.split(' '), key, max_points, by: axis, means, ...part }).then(
      series => current && setClose({ of, part: `${from} ${to}`, series: new Map(series.map(one => [one.id, one])) }),
      () => undefined // the overview stays
    );
    return () => {
      current = false;
    };
  }, [source, ids, key, axis, means, max_points, of, from, to, thinned, revision]);

  const series = useMemo(() => {
    if (!found || found.of !== of) {
      return null;
    }
    const part = close?.of === of ? close.series : null;
    return part ? found.series.map(one => merged(one, part.get(one.id), axis)) : found.series;
  }, [found, close, of, axis]);
  const whole = zoom === null || !thinned || (close?.of === of && close.part === `${from} ${to}`);
  return { series, close: zoom !== null && whole, error };
}
