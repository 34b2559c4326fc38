/** Where services are found, and where a new generation listens until it takes their place. */
import { existsSync, renameSync } from 'node:fs'
import { socketPath } from '../machine/folder.ts'

/** `folder` is the run's folder for sockets. */
export function finalSocket(folder: string, name: string): string {
  return socketPath({ sockets: folder }, `${name}.sock`)
}

export function newSocket(folder: string, name: string, generation: number): string {
  return finalSocket(folder, `${name}.${generation}`)
}

/** Where a generation finds its own services, which may not have taken their places yet. */
export function ownSocket(folder: string, name: string, generation: number): string {
  const before = newSocket(folder, name, generation)
  return existsSync(before) ? before : finalSocket(folder, name)
}

/** One rename a service: whoever connects meets the old service or the new one, and never none. */
export function takeSockets(folder: string, names: readonly string[], generation: number): void {
  for (const name of names) renameSync(newSocket(folder, name, generation), finalSocket(folder, name))
}
