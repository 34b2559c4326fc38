import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { createHubKeys } from '../hub/keys.ts'
import { createKeys } from './keys.ts'
import { hubFor, keysFor, takeOrder, writeOrder } from './orders.ts'

const folder = mkdtempSync(join(tmpdir(), 'selvedge-orders-'))

test.after(() => rmSync(folder, { recursive: true, force: true }))

test('an MFE is given its own keys, and what it needs to believe the others', () => {
  const keys = createKeys(['payments', 'auth'])
  const { identity, neighbours } = keysFor('payments', keys)
  assert.equal(Object.keys(identity), ['publicKey'])
  assert.equal(neighbours.private, { payments: keys.neighbours.private.payments })
  assert.equal(Object.keys(neighbours.public), ['payments', 'auth'])
  const place = { url: 'amqp://127.0.0.1', keys: createHubKeys(['payments', 'auth']) }
  const hub = hubFor('payments', place)
  assert.equal(Object.keys(hub.keys.private), ['payments'])
  assert.equal(Object.keys(hub.keys.passwords), ['payments'])
  assert.equal(Object.keys(hub.keys.public), ['payments', 'auth'])
  assert.equal(hubFor('header', place).keys.private, {}, 'one that takes no part has none')
})

test('an order is its reader’s alone, and gone once it was read', () => {
  const run = { path: folder, sockets: folder }
  const keys = { identity: createKeys([]).identity }
  const site = { build: 'b', pages: [], fragments: [], endpoints: [] }
  const common = { run, databaseUrl: 'postgres://', logLevel: 'warn', socket: 'gateway-1' } as const
  const path = writeOrder(run, 'gateway-1', { ...common, kind: 'gateway', site, keys })
  assert.is(statSync(path).mode & 0o777, 0o600)
  assert.is(takeOrder(path).kind, 'gateway')
  assert.not(existsSync(path))
})

test.run()
