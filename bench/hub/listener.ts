/** A process that listens, as in a cluster; started by `latency.ts`, never by hand. */
import { once } from 'node:events'
import { openDatabase } from '#kit/database.ts'
import { openLog } from '#kit/log.ts'
import { hubOptions } from '../../hub/options.ts'
import { openRabbitHub } from '../../hub/rabbitmq/hub.ts'
import { RIGHTS } from '../../hub/rights.ts'
import { LISTENER, listen } from './listen.ts'
import { PressOrder } from './press-task.ts'

// Whoever started it is gone, or needs it no more.
process.on('disconnect', () => process.exit(0))

const [first] = await once(process, 'message')
const { databaseUrl, brokerUrl = '', keys } = PressOrder.parse(first)
const log = openLog('warn', 'listener', process.stderr)
const db = openDatabase(databaseUrl, () => {})
const password = keys.passwords[LISTENER] ?? ''
const hub = await openRabbitHub({
  service: LISTENER,
  url: brokerUrl,
  password,
  rights: RIGHTS,
  options: hubOptions(),
  log,
})
await listen({ hub, db, keys, log, heard: (subject, at) => process.send?.({ subject, at }) })
process.send?.('ready')
