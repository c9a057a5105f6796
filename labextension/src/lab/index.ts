/** Wires nbmlops into JupyterLab: the panel, the badges, the tabs, the commands. */

import { ILayoutRestorer, LabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker, NotebookActions, type NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { BadgeLayer } from './Badges';
import { CellRuns } from './cellRuns';
import { addCommands, COMMANDS, tableOf } from './commands';
import { MainArea } from './MainArea';
import { CurrentNotebook } from './notebook';
import { Preferences } from './preferences';
import { RunsSide } from './RunsSide';
import { folderOf, Sources } from './sources';

const PLUGIN = 'nbmlops-labextension:plugin';
const CATEGORY = 'nbmlops';

function activate(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null,
  launcher: ILauncher | null,
  registry: ISettingRegistry | null
): void {
  const { shell, commands } = app;
  const sources = new Sources(app.serviceManager.serverSettings);
  const preferences = new Preferences();
  const current = new CurrentNotebook(notebooks);
  const main = new MainArea(app, notebooks, sources);
  const side = new RunsSide({
    current,
    preferences,
    hostOf: folder => main.host(folder),
    onTable: notebook => void main.open(tableOf(notebook))
  });
  const showPanel = (): void => {
    shell.activateById(side.id);
    side.update();
  };
  const openRun = (folder: string, runId: string): void => {
    if (preferences.openIn === 'panel') {
      side.showRun(runId);
      showPanel();
    } else {
      main.open({ view: 'run', id: runId, folder });
    }
  };

  shell.add(side, preferences.side, { rank: 900, type: 'nbmlops' });
  restorer?.add(side, side.id);
  const runs = followNotebooks(app, notebooks, sources, preferences, openRun);
  addCommands({
    app,
    notebooks,
    runsOf: panel => runs.get(panel),
    open: args => main.open(args),
    openRun,
    showPanel
  });
  if (restorer) {
    main.restore(restorer, COMMANDS.open);
  }
  const { open: _, ...listed } = COMMANDS;
  Object.values(listed).forEach(command => palette?.addItem({ command, category: CATEGORY }));
  launcher?.add({ command: COMMANDS.home, args: { launcher: true }, category: 'Other', rank: 50 });

  let shownOn = preferences.side;
  preferences.changed.connect(() => {
    if (preferences.side !== shownOn) {
      shownOn = preferences.side;
      shell.add(side, shownOn, { rank: 900, type: 'nbmlops' });
    }
  });
  preferences.load(registry, PLUGIN).catch((reason: unknown) => {
    console.warn('The settings of nbmlops can not be read; what is usual holds.', reason);
  });
  notebooks.activeCellChanged.connect(() => commands.notifyCommandChanged());
}

/** Reads what the cells of each notebook have made, and draws their badges. */
function followNotebooks(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  sources: Sources,
  preferences: Preferences,
  openRun: (folder: string, runId: string) => void
): ReadonlyMap<NotebookPanel, CellRuns> {
  const runs = new Map<NotebookPanel, CellRuns>();
  const layers = new Map<NotebookPanel, BadgeLayer>();
  const draw = (panel: NotebookPanel, known: CellRuns): void => {
    const layer = layers.get(panel);
    if (preferences.badges && !layer) {
      const onOpen = (runId: string): void => openRun(folderOf(panel.context.localPath), runId);
      layers.set(panel, new BadgeLayer({ runs: known, onOpen }));
    } else if (!preferences.badges && layer) {
      layers.delete(panel);
      layer.end();
    }
  };
  const follow = (panel: NotebookPanel): void => {
    const known = new CellRuns(panel, sources);
    runs.set(panel, known);
    known.changed.connect(() => app.commands.notifyCommandChanged());
    draw(panel, known);
    panel.disposed.connect(() => {
      runs.delete(panel);
      layers.get(panel)?.end();
      layers.delete(panel);
    });
  };
  const attend = (): void => runs.forEach(known => known.attend());
  notebooks.currentChanged.connect(attend);
  app.shell.currentChanged?.connect(attend);
  if (app.shell instanceof LabShell) {
    app.shell.layoutModified.connect(attend);
  }
  notebooks.forEach(follow);
  notebooks.widgetAdded.connect((_, panel) => follow(panel));
  preferences.changed.connect(() => runs.forEach((known, panel) => draw(panel, known)));

  const poke = (_: unknown, { notebook }: { notebook: NotebookPanel['content'] }): void => {
    const panel = notebooks.find(one => one.content === notebook);
    if (panel) {
      sources.poke(folderOf(panel.context.localPath));
    }
  };
  NotebookActions.executionScheduled.connect(poke);
  NotebookActions.executed.connect(poke);
  return runs;
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN,
  description: 'Runs beside the cells that made them, in a panel and in tabs.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ILayoutRestorer, ILauncher, ISettingRegistry],
  activate
};

export default plugin;
