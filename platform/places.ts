/** Where things of a run are. */
import { join } from 'node:path'
import { type Run, socketPath } from '../machine/folder.ts'

/** Where nginx and the neighbours of a service find it. */
export function serviceSocket(run: Pick<Run, 'sockets'>, name: string): string {
  return socketPath(run, `${name}.sock`)
}

/** Where the edge finds what browsers load. */
export function assetsFolder(run: Pick<Run, 'path'>): string {
  return join(run.path, 'assets')
}

/** Where the edge finds its own error pages. */
export function errorsFolder(run: Pick<Run, 'path'>): string {
  return join(run.path, 'errors')
}
