import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PAYMENTS, surviveChaos } from './chaos.fixture.ts'
import type { Facts } from './facts.ts'
import { planFaults } from './faults.ts'
import { type Confirmed, judge } from './judge.ts'

let survived: Facts | undefined

test('the embedded hub loses and doubles nothing, whoever is killed', async () => {
  const { facts, faults } = await surviveChaos('embedded')
  assert.is(faults.length, 6)
  survived = facts
})

test('whatever is lost, doubled or left over is found and named', () => {
  assert.ok(survived, 'the run before has failed')
  const facts = survived
  const { payments, logged, effects, inbox, audited, notes } = facts
  const [payment] = payments
  const [event] = logged
  const [effect] = effects
  assert.ok(payment && event && effect)
  const confirmed: Confirmed = new Map(payments.map(({ key, id }) => [Number(key?.replace('chaos-', '')), id]))
  const complaintsOf = (changed: Partial<Facts>, told = confirmed) => {
    const { lost, doubled, complaints } = judge({ ...facts, ...changed }, PAYMENTS, told)
    return `${lost} lost, ${doubled} doubled: ${complaints.join(' ')}`
  }
  assert.is(complaintsOf({}), '0 lost, 0 doubled: ')

  assert.match(complaintsOf({ effects: effects.slice(1) }), /^1 lost, 0 doubled: 1 × lost effect: \w+ [0-9a-f-]{36}$/)
  assert.match(
    complaintsOf({ effects: [effect, ...effects] }),
    /^0 lost, 1 doubled: 1 × doubled effect: .* \(2 instead of 1\)$/,
  )
  assert.match(complaintsOf({ inbox: inbox.slice(1) }), /^1 lost, .*lost note in the inbox/)
  assert.match(complaintsOf({ audited: audited.slice(1) }), /^1 lost, .*lost row of the audit log/)
  assert.match(
    complaintsOf({ notes: [...notes, ...notes.slice(0, 1)] }),
    /, 1 doubled: .*doubled notification: payment\./,
  )
  assert.match(complaintsOf({ logged: logged.slice(1) }), /lost event: payment\.submitted /)
  assert.match(complaintsOf({ logged: [...logged, event] }), /doubled event.*doubled id in the log/)
  assert.match(complaintsOf({ payments: payments.slice(1) }), /lost payment: chaos-\d+ /)
  assert.match(complaintsOf({ payments: [payment, ...payments] }), /doubled payment: chaos-\d+ \(2 instead of 1\)/)
  assert.match(complaintsOf({}, new Map([...confirmed, [0, 'told']])), /lost confirmed payment: chaos-0 told/)

  const altered = (change: Partial<typeof payment>) => ({ payments: [{ ...payment, ...change }, ...payments.slice(1)] })
  assert.match(
    complaintsOf(altered({ steps: ['submitted', 'completed'] })),
    /is \w+ after submitted, completed, and was to be/,
  )
  assert.match(complaintsOf(altered({ state: 'processing' })), /is processing after/)

  const letter = { consumer: 'admin', id: event.id, reason: 'Tried in vain.', at: new Date(), attempt: 5, body: '' }
  assert.match(complaintsOf({ dead: [letter] }), /dead letter: of admin: .*: Tried in vain\./)
  assert.match(complaintsOf({ outbox: 3 }), /3 events are still in the outbox/)
  const broken = { kind: 'missing', position: 7, says: 'Row 7 is missing.' } as const
  assert.match(complaintsOf({ chain: [broken] }), /The audit log: Row 7 is missing\./)
})

test('the same seed is the same plan; each round hits everything once, spread over the payments', () => {
  const plan = planFaults('rabbitmq', 7, 1_000, 3)
  assert.equal(plan, planFaults('rabbitmq', 7, 1_000, 3))
  assert.not.equal(plan, planFaults('rabbitmq', 8, 1_000, 3))
  const kinds = (first: number) => plan.slice(first, first + 8).map(({ kind }) => kind)
  assert.is(new Set(kinds(0)).size, 8)
  assert.equal([...kinds(0)].sort(), [...kinds(8)].sort())
  const places = plan.map(({ after }) => after)
  assert.equal(
    places,
    [...places].sort((a, b) => a - b),
  )
  assert.ok(places.every((place) => place < 1_000))
})

test.run()
