import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { opener, sealer } from './envelope.ts'
import { keepHubKeys } from './keys.ts'

const folder = mkdtempSync(join(tmpdir(), 'selvedge-keys-'))
const file = join(folder, 'hub', 'keys.json')

test.after(() => rmSync(folder, { recursive: true, force: true }))

const EVENT = {
  id: '01a2181f-05cf-4d7e-af04-2c89a438df26',
  source: '/payments',
  type: 'payment.completed',
  dataschema: 'urn:selvedge:payment.completed:1',
  subject: 'p1',
  time: '2026-11-26T12:00:00.000Z',
  sequence: '1'.padStart(20, '0'),
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  data: { amount: 1250 },
}

test('keys outlive the run, and only their owner reads them', () => {
  const first = keepHubKeys(file, ['payments', 'auth'])
  assert.is(statSync(file).mode & 0o777, 0o600)
  const { body } = sealer(first.private.payments ?? '')(EVENT)
  const second = keepHubKeys(file, ['payments', 'auth'])
  assert.is(opener(second)(body).subject, 'p1')
})

test('a service that is new gets keys, and the others keep theirs', () => {
  const before = keepHubKeys(file, ['payments', 'auth'])
  const after = keepHubKeys(file, ['payments', 'auth', 'loans'])
  assert.ok(after.private.loans && after.passwords.loans)
  assert.is(after.private.payments, before.private.payments)
  assert.is(after.passwords.auth, before.passwords.auth)
})

test('a key that was replaced still verifies what it signed', () => {
  const old = keepHubKeys(file, ['payments'])
  const { body } = sealer(old.private.payments ?? '')(EVENT)
  const kept = JSON.parse(readFileSync(file, 'utf8'))
  delete kept.private.payments
  writeFileSync(file, JSON.stringify(kept))
  const rotated = keepHubKeys(file, ['payments'])
  assert.is.not(rotated.private.payments, old.private.payments)
  assert.is(rotated.public.payments?.length, 2)
  assert.is(opener(rotated)(body).subject, 'p1')
  assert.is(opener(rotated)(sealer(rotated.private.payments ?? '')(EVENT).body).subject, 'p1')
})

test('each part that a consumer believes is signed; the trace is not', () => {
  const keys = keepHubKeys(file, ['payments', 'auth'])
  const open = opener(keys)
  const envelope = JSON.parse(sealer(keys.private.payments ?? '')(EVENT).body)
  const changes = {
    id: '01a2181f-05cf-4d7e-af04-000000000000',
    source: '/auth',
    type: 'payment.failed',
    dataschema: 'urn:selvedge:payment.completed:2',
    subject: 'p2',
    time: '2026-11-26T12:00:00.001Z',
    sequence: '2'.padStart(20, '0'),
    data: { amount: 9950 },
  }
  for (const [name, value] of Object.entries(changes)) {
    assert.throws(() => open(JSON.stringify({ ...envelope, [name]: value })), /signature is not of/, name)
  }
  const traceparent = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`
  assert.is(open(JSON.stringify({ ...envelope, traceparent })).traceparent, traceparent)
})

test('a file that is none of ours is refused with what to do', () => {
  for (const text of ['{"private":1}', '{"priv', '']) {
    writeFileSync(file, text)
    assert.throws(() => keepHubKeys(file, ['payments']), /does not hold the keys of the hub.*Bring back/)
  }
})

test.run()
