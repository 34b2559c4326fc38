/** A broker of a test file's own, set up, behind a proxy that can be cut. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from 'rabbitmq-client'
import { openLog } from '#kit/log.ts'
import { openRunFolder } from '../../machine/folder.ts'
import { startRabbitmq } from '../../machine/rabbitmq.ts'
import { type Sealed, sealer } from '../envelope.ts'
import type { Hub, Operations } from '../hub.ts'
import { createHubKeys, type HubKeys } from '../keys.ts'
import { type HubOptions, hubOptions } from '../options.ts'
import { allServices, RIGHTS, type Rights } from '../rights.ts'
import { openRabbitHub } from './hub.ts'
import { openManagement } from './management.ts'
import { openRabbitOperations } from './operations.ts'
import { openProxy, type TcpProxy } from './proxy.fixture.ts'
import { type SetupReport, setUpRabbit } from './setup.ts'
import { LOG, topologyOf, userOf } from './topology.ts'

export interface TestBroker {
  readonly keys: HubKeys
  readonly options: HubOptions
  readonly proxy: TcpProxy
  readonly management: string
  /** For services, through the proxy. */
  readonly url: string
  /** The same without the proxy, for measuring. */
  readonly direct: string
  /** Lines of the log, from `warn` on. */
  readonly lines: Record<string, unknown>[]
  setUp(rights?: Rights, options?: HubOptions): Promise<SetupReport>
  open(service: string, rights?: Rights): Promise<Hub>
  operations(): Promise<Operations>
  /** As a service, without our driver; an administrator where none is named. Closed with the broker. */
  connect(service?: string): Connection
  /** An event as its service would sign it. */
  sign(service: string, type: string, subject?: string): Sealed
  /** Kills the broker and starts it again. */
  restart(): Promise<void>
  kill(): Promise<void>
  start(): Promise<void>
  /** Empties all queues but the log. */
  purge(): Promise<void>
  close(): Promise<void>
}

const VHOST = 'tests'

export async function openTestBroker(given: Partial<HubOptions>): Promise<TestBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'selvedge-test-'))
  const run = openRunFolder({ RUN_DIR: join(folder, 'run') })
  let broker = await startRabbitmq(run)
  const options = hubOptions(given)
  const keys = createHubKeys(allServices(RIGHTS))
  const proxy = await openProxy(Number(new URL(broker.url).port))
  const url = `amqp://127.0.0.1:${proxy.port}/${VHOST}`
  const direct = `amqp://127.0.0.1:${new URL(broker.url).port}/${VHOST}`
  const management = broker.managementUrl
  const lines: Record<string, unknown>[] = []
  const log = openLog('warn', undefined, { write: (line) => void lines.push(JSON.parse(line)) })
  const closes: (() => Promise<unknown>)[] = []
  const setUp = (rights = RIGHTS, other = options) =>
    setUpRabbit({ url, management, keys, rights, options: other, log })
  const passwordOf = (user: string) => keys.passwords[user] ?? ''

  const self: TestBroker = {
    keys,
    options,
    proxy,
    management,
    url,
    direct,
    lines,
    setUp,
    async open(service, rights = RIGHTS) {
      const hub = await openRabbitHub({ service, url, password: passwordOf(service), rights, options, log })
      closes.push(hub.close)
      return hub
    },
    async operations() {
      const password = passwordOf('operator')
      const operations = await openRabbitOperations({ url, password, rights: RIGHTS, options, log })
      closes.push(operations.close)
      return operations
    },
    connect(user) {
      const full = new URL(`${broker.url}/${VHOST}`)
      if (user) {
        full.username = userOf(user)
        full.password = passwordOf(user)
      }
      const connection = new Connection({ url: full.href, retryLow: 100 })
      connection.on('error', () => {})
      closes.push(async () => connection.unsafeDestroy())
      return connection
    },
    sign(service, type, subject = 'somebody') {
      return sealer(keys.private[service] ?? '')({
        id: randomUUID(),
        source: `/${service}`,
        type,
        dataschema: `urn:selvedge:${type}:1`,
        subject,
        time: new Date().toISOString(),
        sequence: '1'.padStart(20, '0'),
        traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
        data: {},
      })
    },
    async kill() {
      await broker.kill()
    },
    async start() {
      broker = await startRabbitmq(run)
    },
    async restart() {
      await self.kill()
      await self.start()
    },
    async purge() {
      const admin = openManagement(management)
      const queues = topologyOf(RIGHTS, options, 3).queues.filter(({ name }) => name !== LOG)
      await Promise.all(queues.map(({ name }) => admin.remove(['queues', VHOST, name, 'contents'])))
    },
    async close() {
      await Promise.all(closes.map((close) => close()))
      await proxy.close()
      await broker.stop()
      for (const path of [run.path, run.sockets, folder]) rmSync(path, { recursive: true, force: true })
    },
  }
  await setUp().catch(async (error: unknown) => {
    await self.close()
    throw error
  })
  return self
}

/** What went wrong; an error where nothing did. */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => {
      throw new Error('It went well, and was not to.')
    },
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
}

/** Until it is so, or an error after a while. */
export async function until(isSo: () => Promise<boolean> | boolean, what = 'It', patience = 20_000): Promise<void> {
  const deadline = Date.now() + patience
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what} did not come true.`)
    await sleep(20)
  }
}
