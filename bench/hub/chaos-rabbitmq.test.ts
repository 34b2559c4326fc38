import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { surviveChaos } from './chaos.fixture.ts'

test('the hub on RabbitMQ loses and doubles nothing, whoever is killed', async () => {
  const { faults, entries, facts } = await surviveChaos('rabbitmq')
  assert.is(faults.length, 8)
  assert.ok((entries ?? 0) >= facts.logged.length)
})

test.run()
