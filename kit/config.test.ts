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
    readConfig({ HTTPS_PORT: '99999', BIND: 'everywhere', DATABASE_URL: 'mysql://x', LOG_LEVEL: 'loud' })
  for (const name of ['HTTPS_PORT', 'BIND', 'DATABASE_URL', 'LOG_LEVEL']) assert.throws(read, new RegExp(name))
})

test('a port is one that can be listened on, and the two are not the same', () => {
  assert.throws(() => readConfig({ HTTPS_PORT: '0' }), /HTTPS_PORT/)
  assert.throws(() => readConfig({ HTTP_PORT: '0' }), /HTTP_PORT/)
  assert.throws(() => readConfig({ HTTP_PORT: '8443' }), /HTTP_PORT: is the same as HTTPS_PORT/)
})

test('an empty variable is one that is not set', () => {
  assert.is(readConfig({ HTTPS_PORT: '', DATABASE_URL: '' }).httpsPort, 8443)
})

test.run()
