/** Writes the edge's configuration, tests it, starts nginx. Everything is under RUN_DIR/nginx; /etc/nginx is not read. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Site } from '#kit/site.ts'
import type { Run } from '../machine/folder.ts'
import { accepts } from '../machine/ports.ts'
import { type Started, startProcess } from '../machine/process.ts'
import { compileEdge, type EdgeOptions } from './compile.ts'
import type { Nginx } from './inspect.ts'
import { lintText } from './lint.ts'
import { answers, PATIENCE_MS, refuseBusyPorts } from './listening.ts'
import { normaliseOptions, socketOf } from './options.ts'

export interface RunningEdge extends Started {
  /** Makes nginx read its configuration again; requests in flight end as they began. */
  reload(): void
}

/** The options of an edge, but for what `inspectNginx` knows. */
export type OwnOptions = Omit<EdgeOptions, 'modules' | 'nginxVersion'>

/**
 * Compiles, tests with `nginx -t`, then puts the result in place in one step: `RUN_DIR/nginx/current`.
 * What fails leaves the configuration in use untouched.
 */
export function writeEdge(site: Site, own: OwnOptions, nginx: Nginx): void {
  const options = { ...own, modules: nginx.modules, nginxVersion: nginx.version }
  const edge = normaliseOptions(options)
  const files = compileEdge(site, options)
  lintText(new Map([...files, ...readStatic(edge.confFolder)]))
  for (const name of ['', 'logs', 'temp', 'cache']) mkdirSync(join(edge.folder, name), { recursive: true, mode: 0o755 })

  const name = `edge-${hashOf([edge.confFolder, ...files])}`
  if (!existsSync(join(edge.folder, name))) writeFiles(join(edge.folder, name), files, edge.confFolder)
  testConfiguration(edge.folder, name, nginx)
  putInPlace(edge.folder, name)
}

/** Starts nginx in the foreground as a child of ours, and waits until it listens on all its ports and answers. */
export async function startEdge(run: Run, own: OwnOptions, nginx: Nginx): Promise<RunningEdge> {
  const edge = normaliseOptions(own)
  for (const path of [socketOf(edge, 'assembly'), socketOf(edge, 'hop'), edge.innerSocket]) await removeStale(path)
  await refuseBusyPorts(edge)
  const started = await startProcess({
    run,
    name: 'nginx',
    command: nginx.command,
    args: [...argumentsFor(edge.folder, 'current'), '-g', 'daemon off;'],
    ready: () => answers(edge.innerSocket),
    signal: 'SIGQUIT', // SIGTERM would cut off what is in flight
  }).catch(async (error: unknown) => {
    // Somebody took a port between the look and nginx's own.
    await refuseBusyPorts(edge, 0)
    throw error
  })
  return { ...started, reload: () => started.send('SIGHUP') }
}

// nginx looks for included files beside the one it is given, and for all others under its prefix.
function argumentsFor(folder: string, name: string): string[] {
  return ['-p', `${folder}/`, '-c', join(folder, name, 'nginx.conf'), '-e', 'stderr']
}

function readStatic(folder: string): [string, string][] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.conf'))
  return names.map((name) => [`conf/${name}`, readFileSync(join(folder, name), 'utf8')])
}

// Written aside first: a folder with the name of its content is whole, whoever was killed while writing it.
function writeFiles(folder: string, files: ReadonlyMap<string, string>, confFolder: string): void {
  const aside = `${folder}.new`
  rmSync(aside, { recursive: true, force: true })
  for (const [name, text] of files) {
    mkdirSync(dirname(join(aside, name)), { recursive: true, mode: 0o755 })
    writeFileSync(join(aside, name), text)
  }
  symlinkSync(confFolder, join(aside, 'conf'))
  renameSync(aside, folder)
}

function testConfiguration(folder: string, name: string, { command }: Nginx): void {
  const { status, stderr } = spawnSync(command, [...argumentsFor(folder, name), '-t'], { encoding: 'utf8' })
  if (status === 0) return
  throw new Error(`nginx does not accept the configuration:\n${explainFailure(stderr)}`)
}

/** What nginx said, with the line it means. */
export function explainFailure(said: string): string {
  const [, what = said.trim(), file = '', number = ''] =
    /\[emerg\] (?:\d+#\d+: )?(.*?)(?: in (\S+):(\d+))?$/m.exec(said) ?? []
  if (!file || !existsSync(file)) return what
  const line = readFileSync(file, 'utf8').split('\n')[Number(number) - 1] ?? ''
  return `${what}\n  ${file}:${number}\n  ${line.trim()}`
}

/** A link changes in one step; the configuration before this one is kept to look at. */
function putInPlace(folder: string, name: string): void {
  const current = join(folder, 'current')
  const before = existsSync(current) ? readlinkSync(current) : name
  rmSync(`${current}.new`, { force: true })
  symlinkSync(name, `${current}.new`)
  renameSync(`${current}.new`, current)
  const old = readdirSync(folder).filter((entry) => entry.startsWith('edge-') && entry !== name && entry !== before)
  for (const entry of old) rmSync(join(folder, entry), { recursive: true })
}

// A killed nginx leaves its sockets behind, and refuses to start over them.
async function removeStale(path: string): Promise<void> {
  if (!existsSync(path)) return
  const deadline = performance.now() + PATIENCE_MS
  while (await accepts({ path })) {
    if (performance.now() > deadline) throw new Error(`Another nginx listens on ${path}. Stop it first.`)
    await sleep(20)
  }
  rmSync(path)
}

function hashOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12)
}
