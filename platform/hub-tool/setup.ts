/** `setup`: brings RabbitMQ to what the rights say. */
import type { Log } from '#kit/log.ts'
import { hubOptions } from '../../hub/options.ts'
import { vhostOf } from '../../hub/rabbitmq/connection.ts'
import { ManagementRefused } from '../../hub/rabbitmq/management.ts'
import { setUpRabbit } from '../../hub/rabbitmq/setup.ts'
import { RIGHTS } from '../../hub/rights.ts'
import { openRunFolder } from '../../machine/folder.ts'
import { keepKeysOfRun, withoutCredentials } from '../hub.ts'
import { EXIT, NeedsPerson } from './endings.ts'
import { nameOf, sayHub } from './open.ts'
import type { Place } from './place.ts'

/** May be the first thing that a machine does: keys that are not there yet are made. */
export async function setUp(place: Place, log: Log): Promise<number> {
  const { broker, runDir } = place
  if (!broker) {
    console.log('This hub is in the database: there is nothing to set up. RabbitMQ is named by HUB_URL=amqp://…')
    return EXIT.well
  }
  const url = withoutCredentials(broker.url)
  const keys = keepKeysOfRun(openRunFolder({ RUN_DIR: runDir }))
  const given = { url, management: broker.management, keys, rights: RIGHTS, options: hubOptions(), log }
  const { made, removed } = await setUpRabbit(given).catch(explain)
  console.log(`${sayHub(nameOf(place))}, virtual host ${vhostOf(url)}`)
  for (const name of made) console.log(`  made     ${name}`)
  for (const name of removed) console.log(`  removed  ${name}`)
  if (made.length + removed.length === 0) console.log('All was there already.')
  return EXIT.well
}

/** The broker answers and says no: that is not to be tried again as it stands. */
function explain(error: unknown): never {
  const refused = error instanceof Error && [error, error.cause].some((one) => one instanceof ManagementRefused)
  if (refused) throw new NeedsPerson(error.message, { cause: error })
  throw error
}
