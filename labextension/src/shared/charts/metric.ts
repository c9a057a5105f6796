/** What curves and bars need to know of a metric. */

import type { ColumnInfo } from '../contract/rows';

export type CurveMetric = Pick<ColumnInfo, 'key' | 'group' | 'runs' | 'points' | 'direction'>;
