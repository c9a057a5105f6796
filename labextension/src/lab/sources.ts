/** Who answers for the store of a folder: one for each, shared by the panel, the badges and the main area. */

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { RestSource, type Send } from '../shared/RestSource';

/** Requests as Lab makes them: with its token, and its proof against forged ones. */
function sender(settings: ServerConnection.ISettings): Send {
  return (path, init) =>
    ServerConnection.makeRequest(URLExt.join(settings.baseUrl, 'nbmlops/api/v1/') + path, init, settings);
}

export class Sources {
  private readonly made = new Map<string, RestSource>();

  constructor(private readonly settings: ServerConnection.ISettings) {}

  /** @param folder relative to the server's root; its store is asked. */
  of(folder: string): RestSource {
    let source = this.made.get(folder);
    if (!source) {
      source = new RestSource(sender(this.settings), folder);
      this.made.set(folder, source);
    }
    return source;
  }

  /** Where what lies below `nbmlops/api/v1/` is, of the store of a folder; the browser's cookie proves who follows it. */
  addressOf(path: string, folder: string): string {
    const address = URLExt.join(this.settings.baseUrl, 'nbmlops/api/v1/') + path;
    return `${address}${path.includes('?') ? '&' : '?'}${new URLSearchParams({ folder })}`;
  }

  /** A cell has begun or ended: runs may have come. */
  poke(folder: string): void {
    this.made.get(folder)?.poke();
  }
}

/** The folder that a path lies in, as the routes name it. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf('/');
  return at === -1 ? '' : path.slice(0, at);
}
