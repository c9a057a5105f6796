/** Turns the tracking of a cell on and off, as an edit that can be undone. */

import { Notification } from '@jupyterlab/apputils';
import { isCodeCellModel, type Cell } from '@jupyterlab/cells';
import { NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';

import { toggled, trackLines } from './trackLine';

const LOAD = '%load_ext nbmlops';
const IS_LOADED = "'nbmlops' in get_ipython().extension_manager.loaded";
const ANSWER_MS = 3000;

export function isTracked(cell: Cell | null): boolean {
  return cell !== null && trackLines(cell.model.sharedModel.getSource()).length > 0;
}

/** Whether there is a code cell to be tracked; other languages than Python have no such magic. */
export function canBeTracked(panel: NotebookPanel | null): boolean {
  const cell = panel?.content.activeCell;
  const language = panel?.content.model?.defaultKernelLanguage ?? '';
  const readOnly = panel?.content.model?.readOnly ?? true;
  return Boolean(cell && isCodeCellModel(cell.model) && !readOnly && (!language || language === 'python'));
}

export async function toggleTracking(panel: NotebookPanel): Promise<void> {
  const cell = panel.content.activeCell;
  if (!cell || !canBeTracked(panel)) {
    return;
  }
  const { sharedModel } = cell.model;
  const on = !isTracked(cell);
  sharedModel.transact(() => {
    toggled(sharedModel.getSource()).forEach(({ start, end, text }) => sharedModel.updateSource(start, end, text));
  });
  if (on && !loadsIt(panel) && (await isLoaded(panel)) === false && isTracked(cell)) {
    offerToLoad(panel);
  }
}

/** Whether the notebook itself loads the extension, now or when that cell is run. */
function loadsIt(panel: NotebookPanel): boolean {
  const cells = [...(panel.content.model?.cells ?? [])].filter(isCodeCellModel);
  return cells.some(cell => /^\s*%(load|reload)_ext\s+nbmlops\b/m.test(cell.sharedModel.getSource()));
}

/** Asks the kernel, without a trace in its history; null where it is busy, or there is none. */
async function isLoaded(panel: NotebookPanel): Promise<boolean | null> {
  const kernel = panel.sessionContext.session?.kernel;
  if (kernel?.status !== 'idle') {
    return null;
  }
  const future = kernel.requestExecute({
    code: '',
    silent: true,
    store_history: false,
    allow_stdin: false,
    user_expressions: { loaded: IS_LOADED }
  });
  const late = new Promise<null>(resolve => window.setTimeout(() => resolve(null), ANSWER_MS));
  const reply = await Promise.race([future.done, late]);
  if (reply?.content.status !== 'ok') {
    return null;
  }
  const found = reply.content.user_expressions.loaded as { data?: Record<string, unknown> } | undefined;
  const said = found?.data?.['text/plain'];
  return said === 'True' ? true : said === 'False' ? false : null;
}

function offerToLoad(panel: NotebookPanel): void {
  Notification.info('The cell can be run once nbmlops is loaded into the kernel.', {
    autoClose: 20_000,
    actions: [
      {
        label: 'Load it',
        caption: `Add a cell with ${LOAD} at the top, and run it`,
        displayType: 'accent',
        callback: () => void load(panel)
      }
    ]
  });
}

async function load(panel: NotebookPanel): Promise<void> {
  const { content, sessionContext } = panel;
  content.model?.sharedModel.insertCell(0, { cell_type: 'code', source: LOAD, metadata: {} });
  const [first] = content.widgets;
  if (first) {
    await NotebookActions.runCells(content, [first], sessionContext);
  }
}

/** Adds a cell below the one of a run that checks it, and runs that. */
export async function addReproduction(panel: NotebookPanel, cellId: string, runId: string): Promise<void> {
  const { content, sessionContext } = panel;
  const at = content.widgets.findIndex(cell => cell.model.id === cellId) + 1;
  const source = `%nbmlops reproduce ${runId.slice(0, 8)}`;
  content.model?.sharedModel.insertCell(at, { cell_type: 'code', source, metadata: {} });
  const added = content.widgets[at];
  if (added) {
    content.activeCellIndex = at;
    await NotebookActions.runCells(content, [added], sessionContext);
  }
}
