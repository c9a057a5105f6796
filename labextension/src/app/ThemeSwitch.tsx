import type { ReactNode } from 'react';

import { useTheme, type Theme } from './theme';

const THEMES: readonly (readonly [Theme, string])[] = [
  ['system', 'as the system'],
  ['light', 'light'],
  ['dark', 'dark']
];

/** Light or dark, kept by the browser. */
export function ThemeSwitch(): ReactNode {
  const [theme, setTheme] = useTheme();
  return (
    <label className="nbm-theme nbm-faint nbm-small">
      Theme{' '}
      <select className="nbm-field" value={theme} onChange={event => setTheme(event.target.value as Theme)}>
        {THEMES.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
