/** The commands: what each is called, when it can be used, and what it does. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { CellState } from '../shared/contract/cells';
import type { CellRuns } from './cellRuns';
import { runsIcon, trackIcon } from './icons';
import { openNotebook } from './notebook';
import { folderOf } from './sources';
import { addReproduction, canBeTracked, isTracked, toggleTracking } from './tracking';

export const COMMANDS = {
  track: 'nbmlops:track-cell',
  panel: 'nbmlops:show-runs',
  table: 'nbmlops:open-notebook-runs',
  openRun: 'nbmlops:open-cell-run',
  compareLast: 'nbmlops:compare-cell-runs',
  reproduce: 'nbmlops:reproduce-cell-run',
  home: 'nbmlops:open-home',
  open: 'nbmlops:open'
} as const;

export interface Does {
  app: JupyterFrontEnd;
  notebooks: INotebookTracker;
  runsOf(panel: NotebookPanel): CellRuns | undefined;
  open(args: ReadonlyPartialJSONObject): MainAreaWidget;
  openRun(folder: string, runId: string): void;
  showPanel(): void;
}

/** In a toolbar the sign stands alone. */
function labelled(text: string): CommandRegistry.CommandFunc<string> {
  return args => (args.toolbar ? '' : text);
}

export function addCommands(does: Does): void {
  const { commands } = does.app;
  const panel = (): NotebookPanel | null => does.notebooks.currentWidget;
  const active = (): { panel: NotebookPanel; state: CellState; folder: string } | null => {
    const now = panel();
    const cell = now?.content.activeCell;
    const state = cell && does.runsOf(now)?.of(cell.model.id);
    return state ? { panel: now, state, folder: folderOf(now.context.localPath) } : null;
  };

  commands.addCommand(COMMANDS.track, {
    label: labelled('Track this cell'),
    caption: 'Track this cell: begin it with %%track, or take that away',
    icon: trackIcon,
    isToggleable: true,
    isToggled: () => isTracked(panel()?.content.activeCell ?? null),
    isEnabled: () => canBeTracked(panel()),
    describedBy: { args: arguments_({ toolbar: IN_TOOLBAR }) },
    execute: async () => {
      const now = panel();
      if (now) {
        await toggleTracking(now);
        commands.notifyCommandChanged(COMMANDS.track);
      }
    }
  });
  commands.addCommand(COMMANDS.panel, {
    label: labelled('Show the runs of this notebook'),
    caption: 'Show the runs of this notebook',
    icon: runsIcon,
    describedBy: { args: arguments_({ toolbar: IN_TOOLBAR }) },
    execute: () => does.showPanel()
  });
  commands.addCommand(COMMANDS.table, {
    label: 'Open the runs of this notebook as a table',
    isEnabled: () => panel() !== null,
    describedBy: { args: arguments_({}) },
    execute: () => {
      const now = panel();
      return now ? does.open(tableOf(openNotebook(now))) : null;
    }
  });
  commands.addCommand(COMMANDS.openRun, {
    label: 'Open the run of this cell',
    caption: 'Open the last run of the active cell',
    isEnabled: () => active() !== null,
    describedBy: { args: arguments_({}) },
    execute: () => {
      const found = active();
      if (found) {
        does.openRun(found.folder, found.state.run_id);
      }
    }
  });
  commands.addCommand(COMMANDS.compareLast, {
    label: 'Compare the last two runs of this cell',
    isEnabled: () => Boolean(active()?.state.previous),
    describedBy: { args: arguments_({}) },
    execute: () => {
      const found = active();
      const previous = found?.state.previous;
      return found && previous
        ? does.open({ view: 'compare', ids: [previous, found.state.run_id], folder: found.folder })
        : null;
    }
  });
  commands.addCommand(COMMANDS.reproduce, {
    label: 'Reproduce the run of this cell',
    caption: 'Add a cell below that runs the last run of this cell again and compares, and run it',
    isEnabled: () => {
      const found = active();
      return found !== null && found.state.status !== 'RUNNING' && canBeTracked(found.panel);
    },
    describedBy: { args: arguments_({}) },
    execute: async () => {
      const found = active();
      if (found) {
        await addReproduction(found.panel, found.state.cell_id, found.state.run_id);
      }
    }
  });
  commands.addCommand(COMMANDS.home, {
    label: args => (args.launcher ? 'nbmlops' : 'Open nbmlops'),
    caption: 'All experiments, runs and models of this folder',
    icon: runsIcon,
    describedBy: { args: arguments_({ cwd: FOLDER }) },
    execute: args => {
      const path = panel()?.context.localPath;
      const folder = typeof args.cwd === 'string' ? args.cwd : path ? folderOf(path) : '';
      return does.open({ view: 'home', folder });
    }
  });
  commands.addCommand(COMMANDS.open, {
    label: 'Open a view of nbmlops',
    isVisible: () => false,
    describedBy: { args: arguments_(OPEN_ARGUMENTS) },
    execute: args => does.open(args)
  });
}

/** The arguments of a table of one notebook's runs. */
export function tableOf({ path, folder }: { path: string; folder: string }): ReadonlyPartialJSONObject {
  return { view: 'runs', experiment: '', notebook: path, folder };
}

const IN_TOOLBAR = { type: 'boolean', description: 'Whether it stands in a toolbar, where the icon is enough.' };
const FOLDER = { type: 'string', description: 'The folder whose store is shown, relative to the root of the server.' };
const OPEN_ARGUMENTS = {
  view: {
    type: 'string',
    enum: ['home', 'runs', 'compare', 'run', 'registry', 'jobs', 'monitors'],
    description: 'Which view.'
  },
  experiment: { type: 'string', description: 'For runs: only those of this experiment; empty for all.' },
  notebook: { type: 'string', description: 'For runs: only those of this notebook.' },
  ids: { type: 'array', items: { type: 'string' }, description: 'For compare: the whole ids of the runs.' },
  id: { type: 'string', description: 'For run: its whole id.' },
  folder: FOLDER
};

function arguments_(properties: ReadonlyJSONObject): ReadonlyJSONObject {
  return { type: 'object', properties };
}
