import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readConfig } from './config.ts'

test('nothing set: loopback, the documented ports, our own database', () => {
  assert.equal(readConfig({}), {
    httpsPort: 8443,
    httpPort: 8080,
    bind: '127.0.0.1',
    runDir: '.run',
    databaseUrl: undefined,
    hubUrl: undefined,
    hubManagementUrl: undefined,
    demo: true,
    logLevel: 'warn',
  })
})

test('demonstration accounts need loopback, or to be asked for', () => {
  assert.is(readConfig({ BIND: '0.0.0.0' }).demo, false)
  assert.is(readConfig({ BIND: '0.0.0.0', DEMO: '1' }).demo, true)
  assert.is(readConfig({ BIND: '::1' }).demo, true)
  assert.is(readConfig({ DEMO: '0' }).demo, false)
})

test('every value that does not fit is named at once', () => {
  const read = () =>
    readConfig({
      HTTPS_PORT: '99999',
      BIND: 'everywhere',
      DATABASE_URL: 'mysql://x',
      HUB_URL: 'http://x',
      HUB_MANAGEMENT_URL: 'amqp://x',
      LOG_LEVEL: 'loud',
    })
  for (const name of ['HTTPS_PORT', 'BIND', 'DATABASE_URL', 'HUB_URL', 'HUB_MANAGEMENT_URL', 'LOG_LEVEL']) {
    assert.throws(read, new RegExp(`\\b${name}\\b`))
  }
  assert.throws(read, /BIND: must be an IP address/)
})

test('a port is one that can be listened on, and the two are not the same', () => {
  for (const given of ['0', '65536', '80.5', 'abc']) {
    assert.throws(() => readConfig({ HTTPS_PORT: given }), /HTTPS_PORT: must be a port number from 1 to 65535$/)
    assert.throws(() => readConfig({ HTTP_PORT: given }), /HTTP_PORT: must be a port number from 1 to 65535$/)
  }
  assert.throws(() => readConfig({ HTTP_PORT: '8443' }), /HTTP_PORT: is the same as HTTPS_PORT/)
})

test('a broker is named by its address, in clear or with TLS', () => {
  for (const url of ['amqp://root:pw@mq:5672', 'amqps://root:pw@mq']) {
    assert.is(readConfig({ HUB_URL: url }).hubUrl, url)
  }
  assert.is(readConfig({ HUB_MANAGEMENT_URL: 'https://root:pw@mq' }).hubManagementUrl, 'https://root:pw@mq')
})

test('an empty variable is one that is not set', () => {
  assert.is(readConfig({ HTTPS_PORT: '', DATABASE_URL: '' }).httpsPort, 8443)
  assert.is(readConfig({ HUB_URL: '' }).hubUrl, undefined)
})

test.run()
