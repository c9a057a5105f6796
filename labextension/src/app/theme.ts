/** Light or dark: as the system has it, unless the reader chose. */

import { useCallback, useEffect, useState } from 'react';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'nbmlops-theme';
const DARK = '(prefers-color-scheme: dark)';

function kept(): Theme {
  try {
    const found = window.localStorage.getItem(KEY);
    return found === 'light' || found === 'dark' ? found : 'system';
  } catch {
    return 'system'; // a browser that keeps nothing
  }
}

function keep(theme: Theme): void {
  try {
    if (theme === 'system') {
      window.localStorage.removeItem(KEY);
    } else {
      window.localStorage.setItem(KEY, theme);
    }
  } catch {
    // it holds for as long as the page is open
  }
}

/** Says it as JupyterLab does, so that the same rules hold in both. */
function apply(theme: Theme): void {
  const dark = theme === 'dark' || (theme === 'system' && window.matchMedia(DARK).matches);
  document.body.dataset.jpThemeLight = String(!dark);
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
}

/** Before anything is drawn, so that nothing flashes. */
export function applyTheme(): void {
  apply(kept());
}

/** For who offers no choice. */
export function useSystemTheme(): void {
  useEffect(() => follow('system'), []);
}

function follow(theme: Theme): () => void {
  apply(theme);
  const media = window.matchMedia(DARK);
  const again = (): void => apply(theme);
  media.addEventListener('change', again);
  return () => media.removeEventListener('change', again);
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(kept);
  useEffect(() => follow(theme), [theme]);
  const choose = useCallback((chosen: Theme) => {
    keep(chosen);
    setTheme(chosen);
  }, []);
  return [theme, choose];
}
