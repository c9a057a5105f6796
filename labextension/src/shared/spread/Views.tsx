import type { ReactNode } from 'react';

interface ViewsProps<V extends string> {
  label: string;
  views: readonly (readonly [V, string])[];
  view: V;
  onView(view: V): void;
}

/** One of a few views, side by side. */
export function Views<V extends string>({ label, views, view, onView }: ViewsProps<V>): ReactNode {
  return (
    <div className="nbm-sp-views" role="group" aria-label={label}>
      {views.map(([name, title]) => (
        <button key={name} type="button" aria-pressed={view === name} onClick={() => onView(name)}>
          {title}
        </button>
      ))}
    </div>
  );
}
