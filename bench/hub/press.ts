/** A process that publishes as fast as it can, started by `throughput.ts`, never by hand. */
import { once } from 'node:events'
import { openDatabase } from '#kit/database.ts'
import { openLog } from '#kit/log.ts'
import { openEmbeddedHub } from '../../hub/embedded/hub.ts'
import { sealer } from '../../hub/envelope.ts'
import type { Hub } from '../../hub/hub.ts'
import { hubOptions } from '../../hub/options.ts'
import { openRabbitHub } from '../../hub/rabbitmq/hub.ts'
import { relayOutbox } from '../../hub/relay.ts'
import { RIGHTS } from '../../hub/rights.ts'
import { insertBare, publishBare } from './bare.ts'
import { PressOrder, type Result, Task } from './press-task.ts'
import { SERVICE, sampleEvents } from './sample.ts'

// Whoever started it is gone, or needs it no more.
process.on('disconnect', () => process.exit(0))

const [first] = await once(process, 'message')
const { databaseUrl, brokerUrl, keys } = PressOrder.parse(first)
const log = openLog('warn', 'press', process.stderr)
const db = openDatabase(databaseUrl, () => {}, { size: 4, limit: 60_000 })
const seal = sealer(keys.private[SERVICE] ?? '')
const password = keys.passwords[SERVICE] ?? ''
const options = hubOptions()
const hub =
  brokerUrl === undefined
    ? openEmbeddedHub({ service: SERVICE, db, rights: RIGHTS, options, log })
    : await openRabbitHub({ service: SERVICE, url: brokerUrl, password, rights: RIGHTS, options, log })
const ways = { relay, bare }
process.on('message', (message) => {
  const { way, count } = Task.parse(message)
  void ways[way](count).then((result) => process.send?.(result))
})
process.send?.('ready')

/** As a service does: until so many are sent, and their rows gone. */
async function relay(count: number): Promise<Result> {
  const enough = new AbortController()
  let sent = 0
  let bytes = 0
  const counting: Pick<Hub, 'send'> = {
    async send(events) {
      const refusals = await hub.send(events)
      for (const [index, { body }] of events.entries()) {
        if (refusals[index] !== undefined) continue
        sent += 1
        bytes += body.length
      }
      if (sent >= count) enough.abort()
      return refusals
    },
  }
  const timed = await time(() => relayOutbox({ db, hub: counting, service: SERVICE, seal, log, signal: enough.signal }))
  return {
    ...timed,
    bytes: Math.round((bytes * count) / sent),
    micros: timed.micros / sent,
    seconds: (timed.seconds * count) / sent,
  }
}

/** The same events, sealed beforehand. */
async function bare(count: number): Promise<Result> {
  const events = sampleEvents(seal, count)
  const bytes = events.reduce((total, { body }) => total + body.length, 0)
  const send = brokerUrl === undefined ? () => insertBare(db, events) : await publishBare(brokerUrl, password, events)
  const timed = await time(send)
  return { ...timed, bytes, micros: timed.micros / count }
}

async function time(work: () => Promise<void>): Promise<{ seconds: number; micros: number }> {
  const began = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (performance.now() - began) / 1_000, micros: user + system }
}
