/** Wires the panel into JupyterLab. */

import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, MainAreaWidget } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';

import { addListStyle } from './listStyle';
import { CurrentNotebook, type OpenNotebook } from './notebook';
import { runsIcon, RunsSide, RunsTable } from './widgets';

const SHOW_RUNS = 'nbmlops:show-runs';

function activate(
  app: JupyterFrontEnd,
  tracker: INotebookTracker,
  palette: ICommandPalette | null,
  restorer: ILayoutRestorer | null
): void {
  addListStyle();
  const settings = app.serviceManager.serverSettings;
  const current = new CurrentNotebook(tracker);
  const tables = new Map<string, MainAreaWidget>();
  const onTable = (notebook: OpenNotebook): void => {
    const known = tables.get(notebook.path);
    if (known && !known.isDisposed) {
      app.shell.activateById(known.id);
      return;
    }
    const widget = new MainAreaWidget({ content: new RunsTable({ notebook, settings }) });
    widget.id = `${widget.content.id}-tab`;
    widget.title.label = widget.content.title.label;
    widget.title.icon = runsIcon;
    widget.title.closable = true;
    tables.set(notebook.path, widget);
    app.shell.add(widget, 'main', { mode: 'split-bottom' });
  };
  const side = new RunsSide({ current, settings, onTable });
  app.shell.add(side, 'right', { rank: 900, type: 'nbmlops' });
  restorer?.add(side, side.id);
  app.commands.addCommand(SHOW_RUNS, {
    label: args => (args.toolbar ? '' : 'Show the runs of this notebook'),
    caption: 'Show the runs of this notebook',
    icon: runsIcon,
    execute: () => {
      app.shell.activateById(side.id);
      side.update();
    }
  });
  palette?.addItem({ command: SHOW_RUNS, category: 'nbmlops' });
}

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'nbmlops-labextension:runs',
  description: 'A panel that lists the runs of the notebook that is open.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ILayoutRestorer],
  activate
};

export default plugin;
