import { accessSync, constants, globSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

// Debian keeps nginx in /usr/sbin, which is not on the PATH of ordinary users; Homebrew may not be on it either.
const usual = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin', '/opt/homebrew/bin']

/** The absolute path of a command: looked up in the given folders, on PATH, then where systems usually keep it. */
export function findCommand(name: string, first: string[] = []): string | undefined {
  const path = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return [...first, ...path, ...usual].map((folder) => join(folder, name)).find(isExecutable)
}

/** Like `findCommand`, but a missing command is an error that names what to run. */
export function needCommand(name: string): string {
  const found = findCommand(name)
  if (found) return found
  throw new Error(`${name} is not installed on this machine. Run: ./setup start`)
}

/** Folders with PostgreSQL's server programs, the newest version first. */
export function findPostgresFolders(): string[] {
  const homes = ['/usr/lib/postgresql/*/bin', '/opt/homebrew/opt/postgresql@*/bin', '/usr/local/opt/postgresql@*/bin']
  const brew = process.env.HOMEBREW_PREFIX
  const found = globSync(brew ? [...homes, `${brew}/opt/postgresql@*/bin`] : homes)
  return [...new Set(found)].sort((a, b) => versionIn(b) - versionIn(a))
}

function versionIn(folder: string): number {
  return Number(/(\d+)\/bin$/.exec(folder)?.[1] ?? 0)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
