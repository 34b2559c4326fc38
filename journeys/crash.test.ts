/** SIGKILL at any time loses nothing that was answered with success, and leaves nothing behind that the next start keeps. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { makeFolder, type Portal, startPortal } from '../bench/portal.ts'

const folder = makeFolder()

test.after(() => rmSync(folder, { recursive: true, force: true }))

test('payments that were confirmed before a kill are completed after the next start', async () => {
  const confirmed: string[] = []
  for (let round = 0; round < 3; round++) {
    const portal = await startPortal({ runDir: folder })
    const cookie = await portal.signIn('bob@example.com')
    const paying = payUntilDead(portal, cookie, confirmed)
    await sleep(700 * (round + 1))
    portal.process.kill('SIGKILL')
    await paying
  }
  assert.ok(confirmed.length > 5, `${confirmed.length} payments were confirmed`)

  const portal = await startPortal({ runDir: folder })
  try {
    const cookie = await portal.signIn('bob@example.com')
    const waiting = new Set(confirmed)
    const deadline = Date.now() + 60_000
    while (waiting.size > 0 && Date.now() < deadline) {
      for (const id of waiting) {
        const { status, body } = await portal.get(`/api/payments/${id}`, { cookie })
        if (status === 429) break
        assert.is(status, 200, `payment ${id} is there`)
        if (JSON.parse(body).status === 'completed') waiting.delete(id)
      }
      await sleep(500)
    }
    assert.equal([...waiting], [])
  } finally {
    await portal.stop()
  }
})

test('a second start on the same folder is refused, and the first goes on', async () => {
  const portal = await startPortal({ runDir: folder })
  try {
    const second = await startPortal({ runDir: folder }).then(
      () => 'started',
      (error: Error) => error.message,
    )
    assert.match(second, String(portal.process.pid))
    assert.is((await portal.get('/readyz')).status, 200)
  } finally {
    await portal.stop()
  }
})

test('stopping ends all that was started, also when asked before it is ready', async () => {
  const portal = await startPortal({ runDir: folder })
  const pids = childrenOf(portal)
  assert.ok(pids.length >= 2, 'nginx and PostgreSQL')
  await portal.stop()
  assert.equal(pids.filter(isRunning), [])
  assert.is(await portal.get('/healthz').catch(() => 'closed'), 'closed')

  const early = spawn(process.execPath, ['--import', './kit/tsx.ts', 'start.ts'], {
    cwd: join(import.meta.dirname, '..'),
    env: {
      ...process.env,
      HTTPS_PORT: String(portal.port),
      HTTP_PORT: String(portal.httpPort),
      RUN_DIR: portal.runDir,
    },
  })
  while (childrenOf(portal).length === 0) await sleep(10)
  const started = childrenOf(portal)
  early.kill('SIGINT')
  const [code] = await once(early, 'exit')
  assert.is(code, 0)
  assert.equal(started.filter(isRunning), [])
})

test("the demonstration's accounts, whose password is public, are shut where they are not wanted", async () => {
  const open = await startPortal({ runDir: folder })
  const cookie = await open.signIn('alice@example.com')
  await open.stop()
  const shut = await startPortal({ runDir: folder, env: { DEMO: '0' } })
  try {
    const refused = await shut.signIn('alice@example.com').catch((error: Error) => error.message)
    assert.match(refused, ': 401 ')
    assert.is((await shut.get('/api/session', { cookie })).status, 401)
    assert.not.match((await shut.get('/help')).body, 'selvedge-demo')
  } finally {
    await shut.stop()
  }
})

/** The processes that a run has noted as its own. */
function childrenOf({ runDir }: Portal): number[] {
  const notes = readdirSync(join(runDir, 'pids')).filter((name) => !name.endsWith('.new'))
  return notes.map((name) => Number(JSON.parse(readFileSync(join(runDir, 'pids', name), 'utf8')).pid))
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Pays one after the other; the last answer may never come. */
async function payUntilDead(portal: Portal, cookie: string, confirmed: string[]): Promise<void> {
  const headers = { cookie, origin: portal.origin, 'content-type': 'application/json' }
  for (;;) {
    const body = JSON.stringify({ amount: 500, currency: 'EUR', payee: 'Crash', description: 'Kept' })
    const answer = await portal
      .send('POST', '/api/payments', body, { ...headers, 'idempotency-key': randomUUID() })
      .catch(() => undefined)
    if (!answer || answer.status >= 500) return
    if (answer.status === 201) confirmed.push(JSON.parse(answer.body).id)
    else await sleep(100)
  }
}

test.run()
