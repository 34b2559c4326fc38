import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { findRabbitmqFolder } from './command.ts'
import { lend, type Run } from './folder.ts'
import { freeServerPorts, isFree } from './ports.ts'

/** The home is ours, the data the broker's. */
export type Place = { home: string; data: string; conf: string }

export type Access = z.infer<typeof Access>

export const host = '127.0.0.1'

/** The data belong to a node of this name. It is known to nobody else, so any number of brokers can have it. */
export const node = `selvedge@${host}`

const Port = z.number().int().min(1).max(65_535)
const Access = z.strictObject({ user: z.literal('admin'), password: z.string().min(32), amqp: Port, management: Port })

const plugins = ['rabbitmq_management']

const settings = {
  'management_agent.disable_metrics_collector': 'true',
  'management.enable_queue_totals': 'true', // without the collector it would not tell how long queues are
  'vm_memory_high_watermark.absolute': '512MB',
  'raft.wal_max_size_bytes': '67108864', // held in memory as well; the default is as large as the watermark
  'disk_free_limit.absolute': '256MB',
  'log.connection.level': 'warning',
}

// Erlang runs HOME/.erlang at start. SIGTERM stops applications while the management agent's handler asks the one who
// stops them for something, so both wait for five seconds until the handler is killed. This kills it at once.
const hook = `
spawn(fun Watch() ->
  timer:sleep(200),
  case {init:get_status(), catch process_info(whereis(rabbit_event), current_function)} of
    {{stopping, _}, {current_function, {gen, do_call, 4}}} -> exit(whereis(rabbit_event), kill);
    _ -> Watch()
  end
end).
`

export function placeOf(run: Run): Place {
  const home = join(run.path, 'rabbitmq')
  return { home, data: join(home, 'data'), conf: join(home, 'rabbitmq.conf') }
}

/** Password and ports as they were; for a first start, or after one that was not completed, new ones without data. */
export async function openAccess({ home, data }: Place): Promise<Access> {
  const file = accessFile(home)
  if (!existsSync(file)) {
    rmSync(data, { recursive: true, force: true }) // the user is made at the end of a first start
    return withNewPorts({ user: 'admin', password: randomBytes(24).toString('hex') })
  }
  const kept = readAccess(home, file)
  return (await isFree(kept.amqp)) && (await isFree(kept.management)) ? kept : withNewPorts(kept)
}

/** To be called when the broker is ready: from now on its data is worth keeping. */
export function keepAccess({ home }: Place, access: Access): void {
  const file = accessFile(home)
  writeFileSync(`${file}.new`, JSON.stringify(access), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** Writes what a broker needs to start. Returns its script. */
export function layOut(run: Run, place: Place, access: Access): string {
  const { home, data, conf } = place
  const installed = findRabbitmqFolder()
  if (!installed) throw new Error('RabbitMQ is not installed on this machine. Run: ./setup cluster')
  mkdirSync(home, { recursive: true, mode: 0o755 })
  mkdirSync(data, { recursive: true, mode: 0o700 })
  lend(run, data)
  writeLent(run, conf, toConf(access), 0o400)
  writeLent(run, join(home, '.erlang.cookie'), randomBytes(24).toString('hex'), 0o400)
  writeLent(run, join(home, '.erlang'), hook, 0o400)
  writeLent(run, join(home, 'enabled_plugins'), `[${plugins.join(', ')}].\n`, 0o400)
  writeLent(run, join(home, 'env.conf'), 'RABBITMQ_HOME=$HOME/server\n', 0o400)
  linkPlugins(join(installed, 'plugins'), join(home, 'server', 'plugins'))
  return join(installed, 'sbin', 'rabbitmq-server')
}

function accessFile(home: string): string {
  return join(home, 'access.json')
}

function readAccess(home: string, file: string): Access {
  try {
    return Access.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (cause) {
    throw new Error(`${file} does not hold a password and ports. To start empty: rm -r ${home}`, { cause })
  }
}

async function withNewPorts(access: Pick<Access, 'user' | 'password'>): Promise<Access> {
  const [amqp = 0, management = 0] = await freeServerPorts(2)
  return { ...access, amqp, management }
}

function toConf({ user, password, amqp, management }: Access): string {
  const all = {
    ...settings,
    'listeners.tcp.1': `${host}:${amqp}`,
    'management.tcp.ip': host,
    'management.tcp.port': management,
    default_user: user,
    default_pass: password,
  }
  return Object.entries(all)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('')
}

function writeLent(run: Run, path: string, text: string, mode: number): void {
  rmSync(path, { force: true })
  writeFileSync(path, text, { mode })
  lend(run, path)
}

// RabbitMQ loads every module it finds while it starts, and looks for each in all plugins' folders: where there are
// only those that it needs, a start takes a quarter less.
function linkPlugins(available: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const name of withDependencies(available, ['rabbit', ...plugins])) {
    symlinkSync(join(available, name), join(folder, name))
  }
}

function withDependencies(available: string, wanted: string[]): Set<string> {
  const folders = new Map(readdirSync(available).map((folder) => [folder.replace(/-\d.*/, ''), folder]))
  const found = new Set<string>()
  const add = (name: string) => {
    const folder = folders.get(name)
    if (!folder || found.has(folder)) return // the others are Erlang's own
    found.add(folder)
    for (const other of dependenciesIn(join(available, folder, 'ebin', `${name}.app`))) add(other)
  }
  for (const name of wanted) add(name)
  return found
}

function dependenciesIn(file: string): string[] {
  const list = /\{applications,\s*\[([^\]]*)\]/.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  return list.split(',').map((name) => name.trim())
}
