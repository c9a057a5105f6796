/** The widget: state in the traits of a Python object, runs from its kernel. */

import { StrictMode, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import plotStyle from 'uplot/dist/uPlot.min.css';

import style from '../../style/index.css';
import { App } from '../shared/App';
import { HostContext, type Host } from '../shared/host';
import type { Place } from '../shared/place';
import type { Query } from '../shared/contract/queries';
import { INITIAL, type ViewState } from '../shared/runs/state';
import type { AnyModel, Traits } from './anywidget';
import { ModelSource } from './ModelSource';

const STYLE_ID = 'nbmlops-style';

/** What the components call a thing, and what Python does. */
const NAMES = {
  where: 'where',
  text: 'text',
  orderBy: 'order_by',
  metric: 'metric',
  columns: 'columns',
  selected: 'selected_runs',
  baseline: 'baseline',
  groupBy: 'group_by',
  widths: '_widths',
  folded: 'folded',
  deleted: 'deleted'
} as const satisfies Record<keyof ViewState, keyof Traits>;

type Key = keyof ViewState;
const KEYS = Object.keys(NAMES) as Key[];

/** The state in the traits; a view of one run has no such traits, and so keeps it to itself. */
function stateOf(model: AnyModel): ViewState {
  const entries = KEYS.map(key => [key, model.get(NAMES[key]) ?? INITIAL[key]]);
  return Object.fromEntries(entries) as unknown as ViewState;
}

function Widget({ model, source }: { model: AnyModel; source: ModelSource }): ReactNode {
  const [state, setState] = useState(() => stateOf(model));
  const hasTraits = model.get('selected_runs') !== undefined;
  useEffect(() => {
    const read = (): void => setState(stateOf(model));
    KEYS.forEach(key => model.on(`change:${NAMES[key]}`, read));
    return () => KEYS.forEach(key => model.off(`change:${NAMES[key]}`, read));
  }, [model]);
  const change = (parts: Partial<ViewState>): void => {
    if (!hasTraits) {
      setState(before => ({ ...before, ...parts }));
      return;
    }
    for (const key of Object.keys(parts) as Key[]) {
      model.set(NAMES[key], (parts[key] ?? '') as never);
    }
    model.save_changes();
  };
  const [trail, setTrail] = useState<readonly Place[]>(() => [model.get('_place') as unknown as Place]);
  const place = trail[trail.length - 1] as Place;
  const before = trail[trail.length - 2];
  const go = useCallback((to: Place): void => setTrail(steps => [...steps, to]), []);
  const host = useMemo<Host>(() => ({ kind: 'widget', source, go }), [source, go]);
  return (
    <HostContext.Provider value={host}>
      <div className="nbm-app">
      {before && (
        <div className="nbm-trail">
          <button type="button" className="nbm-link" onClick={() => setTrail(steps => steps.slice(0, -1))}>
            ‹ {WORDS[before.view] ?? before.view}
          </button>
        </div>
      )}
      <App
        place={place}
        state={state}
        change={change}
        scope={scopeOf(model, place, before)}
        caption={model.get('_caption') ?? ''}
        apart={model.get('_apart')}
        cautions={model.get('_cautions')}
      />
      </div>
    </HostContext.Provider>
  );
}

/** The runs that the widget was made for; of a place that somebody went to, what that place names. */
function scopeOf(model: AnyModel, place: Place, before: Place | undefined): Query {
  if (before && place.view === 'runs') {
    return place.experiment ? { experiment: place.experiment } : {};
  }
  return (model.get('_scope') ?? {}) as Query;
}

/** What a step back leads to. */
const WORDS: Partial<Record<Place['view'], string>> = { runs: 'Runs', run: 'Run', compare: 'Comparison', home: 'Home' };

/** The sheet is the page's, once for all widgets: a style element in each would be one for each. */
function addStyle(el: HTMLElement): void {
  const root = el.getRootNode();
  const holder = root instanceof ShadowRoot ? root : document.head;
  if (!holder.querySelector(`#${STYLE_ID}`)) {
    const sheet = document.createElement('style');
    sheet.id = STYLE_ID;
    sheet.textContent = plotStyle + style;
    holder.append(sheet);
  }
}

export function render({ model, el }: { model: AnyModel; el: HTMLElement }): () => void {
  addStyle(el);
  const source = new ModelSource(model);
  const root = createRoot(el);
  root.render(
    <StrictMode>
      <Widget model={model} source={source} />
    </StrictMode>
  );
  return () => {
    root.unmount();
    source.dispose();
  };
}

export default { render };

/** For the test that holds them to Python's. */
export * as numbers from '../shared/parts/numbers';
