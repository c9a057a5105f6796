/** Where the components are: what they may ask, where they may lead, and what this host can do beyond. */

import { createContext, useContext } from 'react';

import type { Place } from './place';
import type { RunSource } from './source';

export interface Host {
  kind: 'widget' | 'lab' | 'page' | 'report';
  source: RunSource;
  /** Leads to another view. Absent where there is only one: then the view itself shows what it can. */
  go?(place: Place): void;
  /** Shows a cell of a notebook, by the path that its run recorded. */
  openCell?(notebook: string, cellId: string): void;
  /** The address of what lies below `nbmlops/api/v1/`, for a link to download it. Absent where there is no server. */
  addressOf?(path: string): string;
}

export const HostContext = createContext<Host | null>(null);

export function useHost(): Host {
  const host = useContext(HostContext);
  if (!host) {
    throw new Error('No host is given');
  }
  return host;
}
