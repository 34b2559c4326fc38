import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openGate } from './gate.ts'
import { argon2id, COST, type Derive, hashPassword, isOutdated, noOnesHash, verifyPassword } from './passwords.ts'

/** Fast, and different for every password, salt and cost. */
const cheap: Derive = async (password, salt, cost) =>
  createHash('sha256')
    .update(JSON.stringify([password, salt.toString('hex'), cost]))
    .digest()

test('a hash is a PHC string with the parameters of OWASP, new for each time', async () => {
  const phc = await hashPassword('selvedge-demo')
  assert.match(phc, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  assert.is.not(phc, await hashPassword('selvedge-demo'))
  assert.ok(await verifyPassword('selvedge-demo', phc))
  assert.not.ok(await verifyPassword('selvedge-demo ', phc))
})

test('the reference implementation made this one', async () => {
  // phc-winner-argon2: echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1 -l 32 (65536 KiB)
  const phc = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  assert.ok(await verifyPassword('password', phc))
})

test('every password verifies against its own hash and no other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), async (one, other) => {
      const phc = await hashPassword(one, cheap)
      assert.ok(await verifyPassword(one, phc, cheap))
      assert.is(await verifyPassword(other, phc, cheap), other === one)
    }),
  )
})

test('one character or letter and accent: the same password', async () => {
  const phc = await hashPassword('caf\u00e9')
  assert.ok(await verifyPassword('cafe\u0301', phc))
})

test('a hash of other parameters still verifies and counts as outdated', async () => {
  const old = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  assert.ok(isOutdated(old))
  assert.not.ok(isOutdated(await hashPassword('x', cheap)))
})

test('a hash that nobody has costs as much and is never right', async () => {
  const costs: unknown[] = []
  const noted: Derive = (password, salt, cost, bytes) => {
    costs.push(cost, bytes)
    return argon2id(password, salt, cost, bytes)
  }
  assert.not.ok(await verifyPassword('selvedge-demo', noOnesHash(), noted))
  assert.equal(costs, [COST, 32])
})

test('what is no Argon2id hash is an error, not a wrong password', async () => {
  for (const broken of ['', 'selvedge-demo', '$2b$10$abc', '$argon2id$v=19$m=19456,t=2,p=1$$']) {
    let refused = false
    await verifyPassword('x', broken, cheap).catch(() => (refused = true))
    assert.ok(refused, broken)
  }
})

test('a gate lets so many through at a time, in order, and turns a crowd away', async () => {
  const gate = openGate(2, 3)
  let inside = 0
  let most = 0
  const order: number[] = []
  const visit = (number: number) =>
    gate(async () => {
      inside += 1
      most = Math.max(most, inside)
      await new Promise((resolve) => setTimeout(resolve, 2))
      inside -= 1
      order.push(number)
      if (number === 1) throw new Error('one fails')
    })
  const results = await Promise.allSettled([0, 1, 2, 3, 4, 5, 6].map(visit))
  assert.is(most, 2)
  assert.equal(order, [0, 1, 2, 3, 4])
  const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason.status)
  assert.equal(refused, [undefined, 503, 503])
  await gate(async () => order.push(9))
  assert.is(order.at(-1), 9)
})

test.run()
