/** What the store knows that may be written: keys once they are wanted, and values of the field that is written. */

import { useEffect, useState } from 'react';

import type { WhereKeys } from '../contract/completion';
import type { RunSource } from '../source';
import { fieldOptions, JOINERS, NONE_OPTIONS, operatorOptions, type Option, type Want } from './completion';

const NO_KEYS: WhereKeys = { fields: {}, choices: {}, metrics: [], params: [], tags: [] };

export function useOptions(source: RunSource, want: Want | null, shown: readonly string[]): Option[] {
  const wanted = want !== null;
  const keys = useKeys(source, wanted);
  const field = want?.kind === 'value' ? want.field : '';
  const values = useValues(source, keys, field);
  switch (want?.kind) {
    case 'field':
      return fieldOptions(keys, shown);
    case 'operator':
      return operatorOptions(want.field, keys);
    case 'value':
      return values;
    case 'list':
      return [{ text: '(', note: 'a list' }];
    case 'none':
      return NONE_OPTIONS;
    case 'joiner':
      return JOINERS;
    default:
      return [];
  }
}

/** Read anew whenever somebody begins to write: runs may have brought new ones. */
function useKeys(source: RunSource, wanted: boolean): WhereKeys {
  const [keys, setKeys] = useState(NO_KEYS);
  useEffect(() => {
    let current = true;
    if (wanted) {
      source.ask('where_keys', {}).then(found => current && setKeys(found), () => undefined); // it is only an offer
    }
    return () => {
      current = false;
    };
  }, [source, wanted]);
  return keys;
}

function useValues(source: RunSource, keys: WhereKeys, field: string): Option[] {
  const [values, setValues] = useState<{ field: string; options: Option[] }>({ field: '', options: [] });
  const choices = keys.choices[field];
  useEffect(() => {
    let current = true;
    if (field && !choices) {
      source.ask('where_values', { field }).then(
        found => current && setValues({ field, options: found.map(({ written, note }) => ({ text: written, note })) }),
        () => undefined
      );
    }
    return () => {
      current = false;
    };
  }, [source, field, choices]);
  if (choices) {
    return choices.map(text => ({ text: `'${text}'`, note: '' }));
  }
  return values.field === field ? values.options : [];
}
