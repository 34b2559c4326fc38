import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openEdge, SESSION } from './fixture.ts'
import { inspectNginx } from './inspect.ts'
import { explainFailure } from './run.ts'

const edge = await openEdge()
test.after(edge.close)

test('everything that nginx writes is in its own folder', () => {
  const inside = readdirSync(edge.folder)
  for (const name of ['current', 'logs', 'cache', 'temp', 'nginx.pid']) assert.ok(inside.includes(name), name)
  assert.equal(readdirSync(join(edge.folder, 'cache')).sort(), ['fragments', 'layouts', 'pages'])
})

test('its pid is the one that was started', () => {
  assert.is(Number(readFileSync(join(edge.folder, 'nginx.pid'), 'utf8')), edge.nginx.pid)
})

test('writing the same again changes nothing, writing another keeps the one before', () => {
  const before = readlinkSync(join(edge.folder, 'current'))
  edge.write({})
  assert.is(readlinkSync(join(edge.folder, 'current')), before)
  edge.write({ csp: 'default-src https:' })
  const after = readlinkSync(join(edge.folder, 'current'))
  assert.is.not(after, before)
  edge.write({ csp: 'default-src data:' })
  const kept = readdirSync(edge.folder).filter((name) => name.startsWith('edge-'))
  assert.equal(kept.sort(), [after, readlinkSync(join(edge.folder, 'current'))].sort())
})

test('a reload takes what was written, and refuses nobody', async () => {
  edge.write({ csp: "default-src 'none'" })
  edge.nginx.reload()
  const deadline = Date.now() + 5_000
  let csp: string | undefined
  while (csp !== "default-src 'none'" && Date.now() < deadline) {
    const { status, headers } = await edge.get('/healthz')
    assert.is(status, 200)
    csp = headers['content-security-policy']
  }
  assert.is(csp, "default-src 'none'")
})

test('what nginx does not accept is told with its line, and leaves what is in use', () => {
  const before = readlinkSync(join(edge.folder, 'current'))
  const confFolder = mkdtempSync('/tmp/selvedge-conf-')
  try {
    cpSync(join(import.meta.dirname, 'conf'), confFolder, { recursive: true })
    writeFileSync(join(confFolder, 'hop.conf'), 'add_headr X 1;\n')
    assert.throws(() => edge.write({ confFolder }), /unknown directive "add_headr"\n +\S+hop\.conf:1\n +add_headr X 1;/)
    assert.is(readlinkSync(join(edge.folder, 'current')), before)
  } finally {
    rmSync(confFolder, { recursive: true })
  }
  assert.is(explainFailure('something else'), 'something else')
})

test('stopping finishes what is in flight', async () => {
  const arrived = Promise.withResolvers<void>()
  edge.service('payments').answer('/_/payments/recent', (_, response) => {
    arrived.resolve()
    setTimeout(() => response.end('[late]'), 150)
  })
  const answer = edge.get('/dashboard', { headers: SESSION })
  await arrived.promise
  await edge.nginx.stop()
  assert.match((await answer).text, /\[late\].*<\/dashboard>$/)
  await edge.restart()
})

test('an nginx that was killed leaves no obstacle', async () => {
  edge.nginx.send('SIGKILL')
  await edge.nginx.ended
  assert.ok(existsSync(edge.innerSocket), 'the socket is left behind')
  await edge.restart()
  assert.is((await edge.get('/healthz')).status, 200)
})

test('the inner socket tells how many connections there are', async () => {
  const asked = request({ socketPath: edge.innerSocket, path: '/status' }).end()
  const [response] = await once(asked, 'response')
  response.setEncoding('utf8')
  assert.match((await response.toArray()).join(''), /^Active connections: \d+/)
})

test('a WebSocket goes through to the gateway', async () => {
  const socket = connectTls({ host: '127.0.0.1', port: edge.httpsPort, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Identity: me\r\n\r\n`,
  )
  const [head] = await once(socket, 'data')
  assert.match(String(head), /^HTTP\/1.1 101 /)
  socket.write('echo')
  const [echo] = await once(socket, 'data')
  assert.is(String(echo), 'echo')
  socket.destroy()
  const asked = edge.service('gateway').asked.find(({ method }) => method === 'UPGRADE')
  assert.is(asked?.headers['x-identity'], undefined)
})

test('nginx is asked what it is', () => {
  const { command, version } = inspectNginx()
  assert.match(command, /nginx$/)
  assert.match(version, /^\d+\.\d+\.\d+$/)
  assert.throws(() => inspectNginx('/bin/true'), /does not say a version/)
  assert.throws(() => inspectNginx('/nowhere/nginx'), /does not run/)
})

test.run()
