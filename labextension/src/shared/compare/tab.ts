/** What a part of a comparison is. */

import type { ComponentType } from 'react';

import type { ComparisonData } from '../contract/comparison';
import type { Row } from '../contract/rows';
import type { Mark } from '../parts/colours';
import type { RunSource } from '../source';

export interface TabProps {
  comparison: ComparisonData;
  /** Of the runs that are compared, the baseline first. */
  ids: readonly string[];
  rows: readonly Row[];
  marks: ReadonlyMap<string, Mark>;
  /** What is shown is of other runs than were asked for last. */
  stale: boolean;
  /** Changes when the runs may have. */
  revision: string;
}

export interface Tab {
  id: string;
  title: string;
  Body: ComponentType<TabProps>;
  /** Whether there is anything in it; always, where it does not say. */
  has?(comparison: ComparisonData, source: RunSource): boolean;
}
