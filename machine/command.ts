import { accessSync, constants, globSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

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

/** The folder of RabbitMQ's real scripts: those on PATH insist on being root or the user of the system's service. */
export function findRabbitmqFolder(): string | undefined {
  const homes = ['/usr/lib/rabbitmq/lib/rabbitmq_server-*', '/opt/homebrew/opt/rabbitmq', '/usr/local/opt/rabbitmq']
  const brew = process.env.HOMEBREW_PREFIX
  const found = globSync(
    (brew ? [...homes, `${brew}/opt/rabbitmq`] : homes).map((home) => `${home}/sbin/rabbitmq-server`),
  )
  return found
    .map((script) => dirname(dirname(script)))
    .sort(byVersion)
    .at(-1)
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
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
