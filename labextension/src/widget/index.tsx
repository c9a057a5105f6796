/** The widget: state in the traits of a Python object, runs from its kernel. */

import { StrictMode, useEffect, useMemo, useState, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import plotStyle from 'uplot/dist/uPlot.min.css';

import style from '../../style/index.css';
import { HostContext, type Host } from '../shared/host';
import { RunsView } from '../shared/runs/RunsView';
import type { Query } from '../shared/contract/queries';
import type { ViewState } from '../shared/runs/state';
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
  selected: 'selected_runs'
} as const satisfies Record<keyof ViewState, keyof Traits>;

type Key = keyof ViewState;
const KEYS = Object.keys(NAMES) as Key[];

function stateOf(model: AnyModel): ViewState {
  return Object.fromEntries(KEYS.map(key => [key, model.get(NAMES[key])])) as unknown as ViewState;
}

function Widget({ model, source }: { model: AnyModel; source: ModelSource }): ReactNode {
  const [state, setState] = useState(() => stateOf(model));
  useEffect(() => {
    const read = (): void => setState(stateOf(model));
    KEYS.forEach(key => model.on(`change:${NAMES[key]}`, read));
    return () => KEYS.forEach(key => model.off(`change:${NAMES[key]}`, read));
  }, [model]);
  const change = (parts: Partial<ViewState>): void => {
    for (const key of Object.keys(parts) as Key[]) {
      model.set(NAMES[key], (parts[key] ?? '') as never);
    }
    model.save_changes();
  };
  const host = useMemo<Host>(() => ({ kind: 'widget', source }), [source]);
  return (
    <HostContext.Provider value={host}>
    <RunsView
      source={source}
      state={state}
      change={change}
      scope={model.get('_scope') as Query}
      caption={model.get('_caption')}
      apart={model.get('_apart')}
      cautions={model.get('_cautions')}
    />
    </HostContext.Provider>
  );
}

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
