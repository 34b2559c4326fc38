import { once } from 'node:events'
import { cpSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from 'rabbitmq-client'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Run } from './folder.ts'
import { bornAt, findMarked } from './identity.ts'
import { endOrphans } from './orphans.ts'
import { type RunningRabbitmq, startRabbitmq } from './rabbitmq.ts'
import { keepAccess, openAccess, placeOf } from './rabbitmq-files.ts'
import { readRecords } from './record.ts'
import { runApart, type Scratch, withScratch } from './scratch.ts'

const rabbitmq = suite('machine/rabbitmq')
const linux = process.platform === 'linux'

rabbitmq(
  'a broker is closed to the network and to guests, and keeps messages and places over a stop and a crash',
  withScratch(async (scratch) => {
    const { run } = scratch
    const first = await start(scratch)
    if (linux) {
      assert.equal(openPorts(run, 'tcp'), [first.url, first.managementUrl].map(portIn).sort())
      assert.ok(openPorts(run, 'udp').every((port) => Number(port) > 0))
    }
    assert.is(await refusalOf(first.url.replace(/admin:\w+/, 'guest:guest')), 'ACCESS_REFUSED')
    assert.is(statSync(join(run.path, 'rabbitmq', 'access.json')).mode & 0o777, 0o600)
    assert.is(statSync(join(run.path, 'rabbitmq', 'data')).uid, run.user?.uid ?? process.getuid?.())
    await publish(first.url)

    await first.stop()
    assert.is(await first.ended, undefined)
    assertNothingLeft(run)

    const second = await start(scratch)
    assert.equal([second.url, second.managementUrl], [first.url, first.managementUrl])
    assert.is(await read(second.url), 'kept')
    await connected(first.url, async (client) => {
      await sleep(5_000) // a quorum queue is to be old when its broker is killed
      await second.kill()
      assert.match((await second.ended)?.message ?? '', /rabbitmq was ended by SIGKILL/)
      assertNothingLeft(run)
      const third = await start(scratch)
      assert.equal([third.url, third.managementUrl], [first.url, first.managementUrl])
      assert.is((await client.basicGet('work'))?.body, 'kept')
    })
  }),
)

rabbitmq(
  'after a start was killed, the next one ends its broker, noted down or not, and has its messages',
  withScratch(async (scratch) => {
    const killed = await runApart(scratch, untilKilled)
    await killed.kill()
    const [orphan, url = ''] = killed.line.split(' ')
    assert.ok(bornAt(Number(orphan)), 'RabbitMQ outlives the killed start')
    await publish(url)
    const unnoted = await start(scratch)
    assert.not(bornAt(Number(orphan)))
    assert.is(unnoted.url, url)
    assert.is(await read(url), 'kept')
    assert.is((await endOrphans(scratch.run))[0], 'rabbitmq')
    assertNothingLeft(scratch.run)
  }),
)

rabbitmq(
  'brokers run side by side, also one whose first start was killed half-way',
  withScratch(async (one) => {
    cpSync(import.meta.dirname, join(one.run.path, 'rabbitmq', 'data', 'selvedge@127.0.0.1'), { recursive: true })
    await withScratch(async (other) => {
      const running = await Promise.all([start(one), start(other)])
      await Promise.all(running.map(({ url }) => publish(url)))
      assert.equal(await Promise.all(running.map(({ url }) => read(url))), ['kept', 'kept'])
      assert.is(new Set(running.flatMap(({ url, managementUrl }) => [url, managementUrl].map(portIn))).size, 4)
      await Promise.all(running.map(({ stop }) => stop()))
    })()
  }),
)

rabbitmq(
  'a password and ports that cannot be read are refused with the way on, and no data is lost',
  withScratch(async ({ run }) => {
    const data = join(run.path, 'rabbitmq', 'data')
    mkdirSync(data, { recursive: true })
    writeFileSync(join(data, 'kept'), '')
    writeFileSync(join(run.path, 'rabbitmq', 'access.json'), '{}')
    const message = await startRabbitmq(run).then(() => 'started', String)
    assert.match(message, /access\.json does not hold a password and ports\. To start empty: rm -r .*rabbitmq$/)
    assert.equal(readdirSync(data), ['kept'])
  }),
)

rabbitmq(
  'a port that somebody took while the broker was down is replaced, the password stays',
  withScratch(async ({ run, later }) => {
    const place = placeOf(run)
    mkdirSync(place.home)
    const first = await openAccess(place)
    keepAccess(place, first)
    assert.equal(await openAccess(place), first)
    const stranger = createServer().listen(first.management, '127.0.0.1')
    later(() => stranger.close())
    await once(stranger, 'listening')
    const second = await openAccess(place)
    assert.is(second.password, first.password)
    assert.is.not(second.management, first.management)
  }),
)

const untilKilled = `
  import { openRunFolder } from './folder.ts'
  import { startRabbitmq } from './rabbitmq.ts'
  const { pid, url } = await startRabbitmq(openRunFolder())
  console.log(pid + ' ' + url)
  setInterval(() => {}, 1000)`

async function start({ run, later }: Scratch): Promise<RunningRabbitmq> {
  const started = await startRabbitmq(run)
  later(started.stop)
  return started
}

async function connected<T>(url: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = new Connection(url)
  connection.on('error', () => {}) // it tries again until somebody closes it
  try {
    await connection.onConnect(5_000)
    return await use(connection)
  } finally {
    await connection.close()
  }
}

function publish(url: string): Promise<void> {
  return connected(url, async (connection) => {
    const publisher = connection.createPublisher({
      confirm: true,
      queues: [{ queue: 'work', durable: true, arguments: { 'x-queue-type': 'quorum' } }],
    })
    await publisher.send({ routingKey: 'work', durable: true }, 'kept')
    await publisher.close()
  })
}

// What is not acknowledged is there again the next time.
function read(url: string): Promise<unknown> {
  return connected(url, async (connection) => (await connection.basicGet('work'))?.body)
}

async function refusalOf(url: string): Promise<unknown> {
  const connection = new Connection(url)
  const [error]: unknown[] = await once(connection, 'error').then(
    (values) => values,
    (error: unknown) => [error],
  )
  connection.unsafeDestroy()
  return error instanceof Error && 'code' in error ? error.code : error
}

function assertNothingLeft(run: Run): void {
  assert.is(readRecords(run).size, 0)
  assert.equal(findMarked(run.path), [])
}

function portIn(url: string): string {
  return new URL(url).port
}

/** Where a run's processes listen: ports of the loopback as numbers, other places as the kernel writes them. */
function openPorts(run: Run, protocol: 'tcp' | 'udp'): string[] {
  const own = new Set(findMarked(run.path).flatMap(socketsOf))
  const sockets = [protocol, `${protocol}6`].flatMap((table) => {
    const rows = readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n').slice(1)
    return rows.map((row) => row.trim().split(/\s+/)).map((row) => ({ at: row[1] ?? '', state: row[3], inode: row[9] }))
  })
  const open = sockets.filter(({ state, inode }) => own.has(inode ?? '') && (state === '0A' || state === '07'))
  return open.map(({ at }) => at.replace(/^0100007F:(.*)/, (_, port) => String(Number.parseInt(port, 16)))).sort()
}

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).flatMap((fd) => /^socket:\[(\d+)\]$/.exec(linkAt(join(folder, fd)))?.[1] ?? [])
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return '' // closed in the meantime
  }
}

rabbitmq.run()
