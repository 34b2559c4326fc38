import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NO_ASSETS } from './assets.fixture.ts'
import { contract, moment, NeighbourAway, type Provision, provide } from './contract.ts'
import type { Database } from './database.ts'
import { Conflict, Forbidden, Invalid, NotFound, Refusal } from './errors.ts'
import { z } from './index.ts'
import { type Listening, listen } from './listen.ts'
import { openLog } from './log.ts'
import { createMfe } from './mfe.tsx'
import { type Carry, carryBySocket, createNeighbour, createNeighbourKeys, innerPath } from './neighbours.ts'
import { sealToken } from './token.ts'

const folder = mkdtempSync(join(tmpdir(), 'sv-'))
const socketOf = (name: string) => join(folder, name)
const keys = createNeighbourKeys(['shop', 'bank', 'vault', 'thief'])
const carry = carryBySocket(socketOf)
const shop = createNeighbour('shop', keys, carry)
const asking = () => ({ trace: '1'.repeat(32), signal: new AbortController().signal })
const db: Database = { query: async () => [], transaction: (work) => work(db), close: async () => {} }
const open: { stop(): Promise<void> }[] = []

test.after.each(async () => {
  await Promise.all(open.splice(0).map((server) => server.stop()))
})
test.after(() => rmSync(folder, { recursive: true }))

const when = contract('bank/when', {
  callers: ['shop'],
  timeout: '300ms',
  input: { name: z.string().max(5, 'At most 5 letters.') },
  output: z.object({ greeting: z.string(), at: moment }),
})
/** What askers knew before the answer had a moment. */
const GREETING = z.object({ greeting: z.string() })
const AT = new Date('2026-11-23T10:00:00.123Z')

/** The bank as it is served: a Koa app on a socket. */
async function serveBank(...provisions: Provision[]): Promise<Listening> {
  const neighbour = createNeighbour('bank', keys, carry)
  const deps = { db, log: openLog('silent'), verifyIdentity: () => undefined, neighbour, assets: NO_ASSETS }
  const app = createMfe({ fragments: [], endpoints: [], provisions }, deps)
  const listening = await listen(app.callback(), socketOf('bank'))
  open.push(listening)
  return listening
}

/** Anything at all on the bank's socket. */
async function serveRaw(handler: RequestListener): Promise<void> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(socketOf('bank'), resolve))
  open.push({
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

function greet(handle: () => { greeting: string; at: Date } | Promise<never> = () => ({ greeting: 'Hello', at: AT })) {
  return provide(when, handle)
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => assert.unreachable('it was answered'),
    (error: unknown) => error,
  )
}

/** What a neighbour sends along to say who it is. */
async function headerFrom(name: string, provider: string): Promise<string> {
  let header = ''
  const noting: Carry = async (_, question) => {
    header = question.headers['x-service'] ?? ''
    throw new Error('nothing is there')
  }
  const target = contract(`${provider}/x`, { callers: [], output: z.object({}) })
  await createNeighbour(name, keys, noting)
    .ask(target, {}, asking())
    .catch(() => {})
  return header
}

test('a question is answered, with moments as dates on both sides', async () => {
  let asked: unknown
  await serveBank(
    provide(when, ({ name }, { caller, trace }) => {
      asked = { name, caller, trace }
      return { greeting: `Hello ${name}`, at: AT }
    }),
  )
  const { greeting, at } = await shop.ask(when, { name: 'Ada' }, asking())
  assert.is(greeting, 'Hello Ada')
  assert.equal(at, AT)
  assert.equal(asked, { name: 'Ada', caller: 'shop', trace: '1'.repeat(32) })
})

test('whoever is not on the list of callers is refused, and so is nobody', async () => {
  await serveBank(greet())
  const refused = await failureOf(createNeighbour('thief', keys, carry).ask(when, { name: 'Ada' }, asking()))
  assert.instance(refused, Forbidden)
  for (const header of ['', 'shop', 'shop x.y', 'shop shop']) {
    const headers = { 'content-type': 'application/json', 'x-service': header }
    const { status } = await carry('bank', { path: innerPath(when), headers, body: '{}', signal: asking().signal })
    assert.is(status, 403, header)
  }
})

test('a token is good for the one it was made for, in the name of who made it', async () => {
  const bank = createNeighbour('bank', keys, carry)
  const header = await headerFrom('shop', 'bank')
  assert.is(bank.verifyCaller(header), 'shop')
  const [, token = ''] = header.split(' ')
  assert.is(createNeighbour('vault', keys, carry).verifyCaller(header), undefined, 'passed on to another')
  assert.is(bank.verifyCaller(`thief ${token}`), undefined)
  const [, stolen = ''] = (await headerFrom('thief', 'bank')).split(' ')
  assert.is(bank.verifyCaller(`shop ${stolen}`), undefined, 'in the name of another')
  assert.is(bank.verifyCaller(`shop ${token.slice(0, -4)}AAAA`), undefined)
})

test('who has a key says only what the claims allow', async () => {
  const key = createPrivateKey(keys.private.thief ?? '')
  const bank = createNeighbour('bank', keys, carry)
  const exp = Math.floor(Date.now() / 1_000) + 30
  assert.is(bank.verifyCaller(`thief ${sealToken({ iss: 'thief', aud: 'bank', exp }, key)}`), 'thief')
  assert.is(bank.verifyCaller(`thief ${sealToken({ iss: 'shop', aud: 'bank', exp }, key)}`), undefined)
  assert.is(bank.verifyCaller(`thief ${sealToken({ something: 'else' }, key)}`), undefined)
})

test('a token ends after half a minute', async () => {
  const bank = createNeighbour('bank', keys, carry)
  const header = await headerFrom('shop', 'bank')
  const now = Date.now()
  assert.is(bank.verifyCaller(header, now + 28_000), 'shop')
  assert.is(bank.verifyCaller(header, now + 31_000), undefined)
})

test('there is no neighbour without a key', () => {
  assert.throws(() => createNeighbour('stranger', keys, carry), /There is no key for stranger/)
})

test('refusals pass as they are', async () => {
  const passed = async (error: Error) => {
    const listening = await serveBank(greet(() => Promise.reject(error)))
    const failure = await failureOf(shop.ask(when, { name: 'Ada' }, asking()))
    await listening.stop()
    return failure
  }
  for (const error of [
    new NotFound('There is no such account.'),
    new Conflict('It is so already.'),
    new Forbidden('Only customers.'),
    new Refusal(412, 'This changed meanwhile.'),
  ]) {
    const failure = await passed(error)
    assert.instance(failure, error.constructor)
    assert.is(failure instanceof Refusal && failure.message, error.message)
    assert.is(failure instanceof Refusal && failure.status, error.status)
  }
  const invalid = await passed(new Invalid({ name: 'Too short.' }, 'Look again.'))
  assert.instance(invalid, Invalid)
  assert.equal(invalid instanceof Invalid && invalid.fields, { name: 'Too short.' })
  assert.is(invalid instanceof Invalid && invalid.message, 'Look again.')
})

test('what is asked is checked where it arrives', async () => {
  await serveBank(greet())
  const failure = await failureOf(shop.ask(when, { name: 'Adelheid' }, asking()))
  assert.equal(failure instanceof Invalid && failure.fields, { name: 'At most 5 letters.' })
})

test('a neighbour that is not there, breaks or is busy with too many is away', async () => {
  assert.instance(await failureOf(shop.ask(when, { name: 'Ada' }, asking())), NeighbourAway)
  for (const error of [new Error('a mistake of ours'), new Refusal(503, 'Many people are here.')]) {
    const listening = await serveBank(greet(() => Promise.reject(error)))
    const failure = await failureOf(shop.ask(when, { name: 'Ada' }, asking()))
    assert.instance(failure, NeighbourAway)
    assert.not.match(String(failure), 'a mistake of ours')
    await listening.stop()
  }
})

test('an answer that does not come in time is a neighbour that is away, and its work is told to stop', async () => {
  let stopped = () => {}
  const stop = new Promise<void>((resolve) => {
    stopped = resolve
  })
  await serveBank(
    provide(when, (_, { signal }) => {
      signal.addEventListener('abort', () => stopped())
      return new Promise<never>(() => {})
    }),
  )
  assert.instance(await failureOf(shop.ask(when, { name: 'Ada' }, asking())), NeighbourAway)
  await stop
})

test('an answer that trickles is given up on as well', async () => {
  await serveRaw((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const drip = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(drip))
  })
  const failure = await failureOf(shop.ask(when, { name: 'Ada' }, asking()))
  assert.instance(failure, NeighbourAway)
  assert.match(String(failure), 'it took too long')
})

test('whoever is no longer waited for asks no longer', async () => {
  const controller = new AbortController()
  let left = () => {}
  const gone = new Promise<void>((resolve) => {
    left = resolve
  })
  await serveRaw((_, response) => {
    response.on('close', left)
    controller.abort()
  })
  const slow = contract('bank/slow', { callers: [], timeout: '1m', output: z.object({}) })
  const failure = await failureOf(shop.ask(slow, {}, { ...asking(), signal: controller.signal }))
  assert.instance(failure, NeighbourAway)
  await gone
})

test('an answer that is not what the contract says is as good as none', async () => {
  const other = contract('bank/when', { callers: ['shop'], output: z.object({ greeting: z.int() }) })
  await serveBank(provide(other, () => ({ greeting: 5 })))
  const failure = await failureOf(shop.ask(contract('bank/when', { callers: [], output: GREETING }), {}, asking()))
  assert.instance(failure, NeighbourAway)
  assert.match(String(failure), 'not what the contract says')
})

test('no JSON, half an answer, or far too much of it is as good as none', async () => {
  const handlers: RequestListener[] = [
    (_, response) => response.end('<h1>Hello</h1>'),
    (_, response) => response.writeHead(404).end('nothing here'),
    (_, response) => response.writeHead(404).end('null'),
    (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"greeting":')
      setImmediate(() => response.destroy())
    },
    (_, response) => {
      response.end(JSON.stringify({ greeting: 'x'.repeat(17 * 1024 * 1024), at: AT }))
    },
  ]
  for (const [index, handler] of handlers.entries()) {
    await serveRaw(handler)
    const patient = contract('bank/when', { callers: [], timeout: '20s', output: GREETING })
    assert.instance(await failureOf(shop.ask(patient, {}, asking())), NeighbourAway, String(index))
    await open.pop()?.stop()
  }
})

test('a neighbour of another build, which does not know the contract, is away: that says nothing about what was asked', async () => {
  await serveBank()
  const error = await shop.ask(when, { name: 'Ann' }, asking()).catch((thrown: unknown) => thrown)
  assert.instance(error, NeighbourAway)
})

test('an answer may grow fields that the asker does not know', async () => {
  const grown = contract('bank/when', { callers: ['shop'], output: z.object({ greeting: z.string(), more: z.int() }) })
  await serveBank(provide(grown, () => ({ greeting: 'Hello', more: 1 })))
  const old = contract('bank/when', { callers: [], output: GREETING })
  assert.equal(await shop.ask(old, {}, asking()), { greeting: 'Hello' })
})

test('who was away and is back is asked on new connections', async () => {
  const first = await serveBank(greet())
  await shop.ask(when, { name: 'Ada' }, asking())
  await first.stop()
  assert.instance(await failureOf(shop.ask(when, { name: 'Ada' }, asking())), NeighbourAway)
  await serveBank(greet())
  const answers = await Promise.all(Array.from({ length: 20 }, () => shop.ask(when, { name: 'Ada' }, asking())))
  assert.is(answers.length, 20)
})

test.run()
