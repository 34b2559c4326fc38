/** `npm start -- --cluster`: every service in a process of its own, RabbitMQ between them; any of them may be killed. */
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openDatabase } from '#kit/database.ts'
import { openRunFolder } from '../machine/folder.ts'
import { databaseUrl } from '../machine/postgres.ts'
import { planJourney } from './browser.fixture.ts'

const journey = planJourney(test, { args: ['--cluster'] })

/** Processes that the run has noted as its own, by name. */
function processesOf(): Map<string, number> {
  const folder = join(journey.portal.runDir, 'pids')
  const names = readdirSync(folder).filter((name) => !name.endsWith('.new'))
  return new Map(names.map((name) => [name, Number(JSON.parse(readFileSync(join(folder, name), 'utf8')).pid)]))
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function query<Row extends Record<string, unknown>>(text: string, values: unknown[]): Promise<Row[]> {
  const db = openDatabase(databaseUrl(openRunFolder({ RUN_DIR: journey.portal.runDir })), () => {})
  try {
    return await db.query<Row>(text, values)
  } finally {
    await db.close()
  }
}

async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what} did not come true.`)
    await sleep(100)
  }
}

/** Sends a payment as a program; the edge may say "in a moment" while a part of us is away. */
async function pay(cookie: string): Promise<{ id: string; trace: string }> {
  const { portal } = journey
  const key = randomUUID()
  for (;;) {
    const body = JSON.stringify({ amount: 1250, currency: 'EUR', payee: 'Nordlys Energi', description: '' })
    const headers = { cookie, origin: portal.origin, 'content-type': 'application/json', 'idempotency-key': key }
    const answer = await portal.send('POST', '/api/payments', body, headers)
    if (answer.status === 201) {
      return { id: JSON.parse(answer.body).id, trace: String(answer.headers['x-request-id']) }
    }
    assert.ok(answer.status === 429 || answer.status >= 500, `${answer.status} ${answer.body}`)
    await sleep(200)
  }
}

async function isCompleted(id: string): Promise<boolean> {
  const [row] = await query<{ state: string }>('select state from payments.payments where id = $1', [id])
  return row?.state === 'completed'
}

test('each service has a process of its own, and the gateway two', () => {
  const names = [...processesOf().keys()]
  for (const name of ['rabbitmq', 'gateway-1', 'gateway-2', 'layout', 'payments', 'auth', 'notifications']) {
    assert.ok(names.includes(name), `${name} is among ${names.join(', ')}`)
  }
})

test('no order, and no key in it, is left on the disk', () => {
  assert.equal(readdirSync(join(journey.portal.runDir, 'orders')), [])
})

test('a payment made in the browser completes through RabbitMQ, and the bell tells of it', async () => {
  const { page, context, signIn } = await journey.openVisitor()
  await signIn('bob@example.com')
  await page.getByRole('link', { name: 'New payment' }).click()
  await page.getByLabel('Payee').fill('Stadsfiets')
  await page.getByLabel('Amount').fill('7.25')
  await page.getByRole('button', { name: 'Send payment' }).click()
  await page.getByRole('heading', { name: '7.25 EUR to Stadsfiets' }).waitFor()
  await until(async () => {
    await page.reload()
    return page.locator('dl').getByText('Completed').isVisible()
  }, 'the payment completed')
  await page.goto('/notifications')
  await until(async () => {
    await page.reload()
    return page.getByText('7.25 EUR to Stadsfiets has arrived.').isVisible()
  }, 'the note')
  await context.close()
})

test('one trace from the click to every effect', async () => {
  const { id, trace } = await pay(await journey.portal.signIn('bob@example.com'))
  await until(() => isCompleted(id), 'the payment completed')
  const done = 'select consumer, type, trace from hub.inbox where subject = $1'
  await until(async () => (await query(done, [id])).length >= 5, 'three in the audit, one at work, one told')
  const notes = await query<{ consumer: string; type: string; trace: string }>(done, [id])
  assert.equal([...new Set(notes.map((note) => note.trace))], [trace])
  const audited = notes.filter(({ consumer }) => consumer === 'admin').map(({ type }) => type)
  assert.equal(audited.sort(), ['payment.completed', 'payment.processing', 'payment.submitted'])
})

test('worker, gateway, notifications and broker are killed while payments flow: all complete, once', async () => {
  const cookie = await journey.portal.signIn('bob@example.com')
  const sent: string[] = []
  for (const victim of ['payments', 'gateway-1', 'notifications', 'rabbitmq', 'admin']) {
    for (let count = 0; count < 3; count++) sent.push((await pay(cookie)).id)
    const before = processesOf()
    const pid = before.get(victim)
    assert.ok(pid, victim)
    if (pid) process.kill(pid, 'SIGKILL')
    sent.push((await pay(cookie)).id)
    await until(() => (processesOf().get(victim) ?? pid) !== pid, `${victim} was started again`)
  }
  for (const id of sent) await until(() => isCompleted(id), `${id} completed`)
  await until(async () => (await query('select id from hub.outbox limit 1', [])).length === 0, 'the outbox is empty')

  const told = 'select event from notifications.notes where event = any($1)'
  const events = sent.map((id) => `payment.completed:${id}`)
  await until(async () => (await query(told, [events])).length === sent.length, 'each was told of')
  const audit = 'select subject, type from admin.audit where subject = any($1)'
  await until(async () => (await query(audit, [sent])).length >= 3 * sent.length, 'each is in the audit')
  assert.is((await query(audit, [sent])).length, 3 * sent.length, 'and nothing twice')
  const steps = await query<{ count: number }>(
    'select count(*) from payments.steps where payment_id = any($1::uuid[]) group by payment_id',
    [sent],
  )
  assert.equal(
    steps.map(({ count }) => count),
    sent.map(() => 3),
  )
})

test('stopping ends every process that was started', async () => {
  const pids = [...processesOf().values()]
  assert.ok(pids.length >= 13, `${pids.length} processes`)
  await journey.portal.stop()
  assert.equal(pids.filter(isRunning), [])
})

test.run()
