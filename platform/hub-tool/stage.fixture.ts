/** A run whose hub the tool is tried on: its folder, its hub, and the tool as a process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openDatabase } from '#kit/database.ts'
import { openLog } from '#kit/log.ts'
import { openEmbeddedHub } from '../../hub/embedded/hub.ts'
import { openEmbeddedOperations } from '../../hub/embedded/operations.ts'
import { createHubKeys } from '../../hub/keys.ts'
import { type Ground, type Lab, openLab } from '../../hub/lab.fixture.ts'
import { hubOptions } from '../../hub/options.ts'
import { openTestBroker } from '../../hub/rabbitmq/broker.fixture.ts'
import { vhostOf } from '../../hub/rabbitmq/connection.ts'
import { openManagement } from '../../hub/rabbitmq/management.ts'
import { EVENTS, userOf } from '../../hub/rabbitmq/topology.ts'
import { allServices, OPERATOR, RIGHTS } from '../../hub/rights.ts'
import { openRunFolder } from '../../machine/folder.ts'
import { type Broker, hubKeysFile, writeHubNote } from '../hub-note.ts'

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface Stage {
  readonly lab: Lab
  readonly broker: Broker | undefined
  /** How people read which hub it is. */
  readonly called: RegExp
  run(...args: string[]): Promise<Ended>
  runWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended>
  /** The same, for who wants to hear it or to send it a signal. */
  start(...args: string[]): Started
  /** From now on nobody takes what an operator announces; and takes it again. */
  deafen(): Promise<() => Promise<void>>
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** What it has printed so far. */
  out(): string
}

/** What a hub gives its stage. */
interface Base extends Pick<Stage, 'called' | 'deafen'> {
  readonly ground: Ground
  readonly databaseUrl: string
  readonly broker: Broker | undefined
}

const TOOL = join(import.meta.dirname, 'run.ts')
const LOADER = join(import.meta.dirname, '../../kit/tsx.ts')

export async function openEmbeddedBase(): Promise<Base> {
  const own = await openTestDatabase({})
  const db = openDatabase(own.url, () => {}, { size: 20 })
  const options = hubOptions()
  const ground: Ground = {
    db,
    keys: createHubKeys(allServices(RIGHTS)),
    options,
    open: async (service) => openEmbeddedHub({ service, db, rights: RIGHTS, options, log: openLog('silent') }),
    operations: async () => openEmbeddedOperations(db, RIGHTS, options),
    cut: async () => {},
    clear: async () => void (await db.query('truncate hub.log, hub.queue, hub.dead')),
    async close() {
      await db.close()
      await own.close()
    },
  }
  const deafen = async () => {
    await db.query(`alter table hub.log add constraint deaf check (type not like 'hub.%') not valid`)
    return async () => void (await db.query('alter table hub.log drop constraint deaf'))
  }
  return { ground, databaseUrl: own.url, broker: undefined, called: /Embedded hub, in the database/, deafen }
}

export async function openRabbitBase(): Promise<Base> {
  const broker = await openTestBroker({})
  const own = await openTestDatabase({}).catch(async (error: unknown) => {
    await broker.close()
    throw error
  })
  const db = openDatabase(own.url, () => {}, { size: 20 })
  const { keys, options, management, open, operations, purge } = broker
  const ground: Ground = {
    db,
    keys,
    options,
    open: (service) => open(service),
    operations,
    cut: async () => broker.proxy.cut(),
    clear: purge,
    async close() {
      await broker.close()
      await db.close()
      await own.close()
    },
  }
  const url = new URL(broker.url)
  const { username, password } = new URL(management)
  Object.assign(url, { username, password })
  const deafen = async () => {
    const path = ['topic-permissions', vhostOf(broker.url), userOf(OPERATOR)]
    await openManagement(management).put(path, { exchange: EVENTS, write: '^$', read: '^$' })
    return async () => void (await broker.setUp())
  }
  const called = new RegExp(`RabbitMQ at ${url.host}`)
  return { ground, databaseUrl: own.url, broker: { url: url.href, management }, called, deafen }
}

export async function openStage({ ground, databaseUrl, broker, called, deafen }: Base): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'selvedge-test-'))
  chmodSync(folder, 0o755)
  const place = openRunFolder({ RUN_DIR: join(folder, 'run') })
  writeHubNote(place, { databaseUrl, broker })
  const file = hubKeysFile(place)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(ground.keys))
  const lab = await openLab({
    ...ground,
    async close() {
      for (const child of running) child.kill('SIGKILL')
      await ground.close()
      for (const path of [place.path, place.sockets, folder]) rmSync(path, { recursive: true, force: true })
    },
  })
  const running = new Set<ChildProcess>()
  const start = (env: NodeJS.ProcessEnv, args: readonly string[]): Started => {
    const started = startTool(env, args)
    running.add(started.child)
    void started.ended.then(() => running.delete(started.child))
    return started
  }
  const env = { RUN_DIR: place.path, HUB_URL: '', HUB_MANAGEMENT_URL: '', DATABASE_URL: '' }
  return {
    lab,
    broker,
    called,
    deafen,
    run: (...args) => start(env, args).ended,
    runWith: (other, ...args) => start({ ...env, ...other }, args).ended,
    start: (...args) => start(env, args),
  }
}

function startTool(env: NodeJS.ProcessEnv, args: readonly string[]): Started {
  const child = spawn(process.execPath, ['--import', LOADER, TOOL, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const { promise: ended, resolve } = Promise.withResolvers<Ended>()
  child.on('close', (code) => resolve({ code, out, err }))
  return { child, ended, out: () => out }
}
