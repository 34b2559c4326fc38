import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { constants, createBrotliDecompress, createGunzip } from 'node:zlib'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openEdge, SESSION } from './fixture.ts'

const edge = await openEdge()
const { service, get } = edge

test.before.each(edge.reset)
test.after(edge.close)

/** Answers the slow fragment only when told to. */
function holdSlow(): { release: () => void } {
  let held: ServerResponse | undefined
  service('payments').answer('/_/payments/slow', (_, response) => {
    held = response
  })
  return { release: () => held?.end('[slow]') }
}

for (const encoding of ['br', 'gzip', 'identity']) {
  test(`the page is there while its slow fragment is not (${encoding})`, async () => {
    const slow = holdSlow()
    let seen = ''
    let seenBeforeSlow = ''
    const reader =
      encoding === 'br' ? createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH }) : createGunzip()
    const onText = (piece: Buffer) => {
      seen += piece
      // The order of events is the proof: the slow fragment is released by what the browser has already read.
      if (!seenBeforeSlow && seen.includes('/_/payments/recent')) {
        seenBeforeSlow = seen
        slow.release()
      }
    }
    reader.on('data', onText)
    const answer = await get('/dashboard', {
      headers: { ...SESSION, 'accept-encoding': encoding },
      onData: (piece) => (encoding === 'identity' ? onText(piece) : reader.write(piece)),
    })
    if (encoding !== 'identity') await once(reader.end(), 'end')
    assert.is(answer.headers['content-encoding'], encoding === 'identity' ? undefined : encoding)
    assert.is(answer.headers.vary, 'Accept-Encoding')
    assert.is(seenBeforeSlow, '<dashboard><p>/_/rates/board</p><p>/_/payments/recent</p>')
    assert.match(seen, /\[slow\]<\/dashboard>$/)
  })
}

test('a background refresh does not hold whoever comes next', async () => {
  const CACHED = { 'Content-Type': 'text/html', 'Cache-Control': 'public, s-maxage=1, stale-while-revalidate=60' }
  service('rates').answer('/_/rates/board', (_, response) => void response.writeHead(200, CACHED).end('[old]'))
  await get('/dashboard', { headers: SESSION })
  await new Promise((resolve) => setTimeout(resolve, 2100))
  let refresh: ServerResponse | undefined
  let isGivenUp = false
  service('rates').answer('/_/rates/board', (_, response) => {
    refresh = response
    response.once('close', () => {
      isGivenUp = true
    })
  })
  for (let turn = 0; turn < 5; turn++) assert.match((await get('/dashboard', { headers: SESSION })).text, '[old]')
  assert.ok(refresh, 'the refresh is under way')
  assert.not(isGivenUp, 'no page has waited for its end')
  refresh.writeHead(200, CACHED).end('[new]')
})

test.run()
