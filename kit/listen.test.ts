import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { listen } from './listen.ts'

const folder = mkdtempSync(join(tmpdir(), 'sv-listen-'))
const path = join(folder, 'a.sock')

test.after(() => rmSync(folder, { recursive: true, force: true }))

test('stopping finishes the request in flight and refuses new ones', async () => {
  const arrived = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const server = await listen(async (_, res) => {
    arrived.resolve()
    await release.promise
    res.end('whole')
  }, path)
  const agent = new Agent({ keepAlive: true })
  const answer = get(agent)
  await arrived.promise
  const stopped = server.stop()
  assert.is(await get(new Agent()).catch(() => 'refused'), 'refused')
  release.resolve()
  assert.is(await answer, 'whole')
  await stopped
  agent.destroy()
})

test('what does not end by itself is closed at the limit', async () => {
  const arrived = Promise.withResolvers<void>()
  const server = await listen(() => arrived.resolve(), path)
  const answer = get(new Agent()).catch(() => 'closed')
  await arrived.promise
  await server.stop(50)
  assert.is(await answer, 'closed')
})

test('a socket left behind by a killed run is taken over', async () => {
  writeFileSync(path, '')
  const server = await listen((_, res) => res.end('new'), path)
  assert.is(await get(new Agent()), 'new')
  await server.stop()
})

async function get(agent: Agent): Promise<string> {
  const req = request({ socketPath: path, path: '/', agent }).end()
  const [res] = await once(req, 'response')
  let body = ''
  for await (const chunk of res) body += chunk
  return body
}

test.run()
