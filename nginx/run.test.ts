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
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { accepts, freePorts } from '../machine/ports.ts'
import { openEdge, SESSION } from './fixture.ts'
import { inspectNginx } from './inspect.ts'
import { refuseBusyPorts } from './listening.ts'
import { explainFailure } from './run.ts'

const edge = await openEdge()
test.after(edge.close)

/** Another program at this port. Returns what ends it. */
async function holdPort(port: number, host = '127.0.0.1'): Promise<() => Promise<void>> {
  const server = createServer().listen(port, host)
  await once(server, 'listening')
  return async () => {
    server.close()
    await once(server, 'close')
  }
}

async function refuses(promise: Promise<unknown>, sentence: string): Promise<void> {
  const error = await promise.catch((error: unknown) => error)
  assert.match(String(error), sentence)
}

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

test('a port of another program is named with its variable', async () => {
  await edge.nginx.stop()
  for (const [variable, port] of [['HTTPS_PORT', edge.httpsPort] as const, ['HTTP_PORT', edge.httpPort] as const]) {
    const free = await holdPort(port)
    await refuses(edge.restart(), `Port ${port} is in use by another program. Set ${variable} to a free one`)
    await free()
  }
  await edge.restart()
  assert.is((await edge.get('/healthz')).status, 200)
})

test('a port that is taken after the look at it is named too, and nothing is ready', async () => {
  await edge.nginx.stop()
  const folder = mkdtempSync('/tmp/selvedge-late-')
  const [late, came, go] = [join(folder, 'nginx'), join(folder, 'came'), join(folder, 'go')]
  const { command } = inspectNginx()
  const script = `#!/bin/sh\ntouch ${came}\nwhile [ ! -e ${go} ]; do sleep 0.05; done\nexec ${command} "$@"\n`
  writeFileSync(late, script, { mode: 0o755 })
  try {
    const restarted = edge.restart({ ...inspectNginx(), command: late })
    while (!existsSync(came)) await sleep(10)
    const free = await holdPort(edge.httpPort)
    writeFileSync(go, '')
    await refuses(restarted, `Port ${edge.httpPort} is in use by another program. Set HTTP_PORT`)
    await free()
  } finally {
    rmSync(folder, { recursive: true })
  }
  await edge.restart()
})

test('an IPv6 address is looked at as nginx binds it', async () => {
  const addresses = Object.values(networkInterfaces()).flatMap((known) => known ?? [])
  if (!addresses.some(({ address }) => address === '::1')) return
  const [port = 0] = await freePorts(1)
  const free = await holdPort(port, '::1')
  const wanted = { bind: ['127.0.0.1', '[::1]'], httpsPort: port, httpPort: port }
  await refuses(refuseBusyPorts(wanted, 0), `Port ${port} is in use`)
  // The same port of another address is no obstacle.
  await refuseBusyPorts({ ...wanted, bind: ['127.0.0.1'] }, 0)
  await free()
  const both = await openEdge({ options: { bind: ['127.0.0.1', '::1'] } })
  for (const host of ['127.0.0.1', '::1']) assert.ok(await accepts({ host, port: both.httpsPort }), host)
  await both.close()
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
