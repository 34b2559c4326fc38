/** What is in RabbitMQ's stream as it stands, with what was sent again. */
import type { TestBroker } from '../../hub/rabbitmq/broker.fixture.ts'
import { readStream } from '../../hub/rabbitmq/stream.ts'
import { EVENTS } from '../../hub/rabbitmq/topology.ts'

const SILENCE_MS = 15_000

/** Events up to the first mark: whoever has read the log has put one behind them. */
export async function countEntries(broker: TestBroker): Promise<number> {
  let count = 0
  for await (const { exchange } of readStream(broker.connect('operator'), 'first', { silence: SILENCE_MS })) {
    if (exchange !== EVENTS) break
    count += 1
  }
  return count
}
