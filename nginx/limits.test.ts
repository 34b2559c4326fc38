import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fragmentOf, includeOf, pageOf, SITE } from './fixture.site.ts'
import { openEdge, SESSION } from './fixture.ts'

const edge = await openEdge()
const { get, service } = edge

test.after(edge.close)

async function statuses(count: number, path: string, method = 'GET'): Promise<number[]> {
  const answers = Array.from({ length: count }, () => get(path, { method }))
  return (await Promise.all(answers)).map(({ status }) => status)
}

function count(all: readonly number[], status: number): number {
  return all.filter((one) => one === status).length
}

test('the API takes a burst of 20, then says when to come back', async () => {
  const all = await statuses(60, '/api/rates')
  assert.ok(count(all, 200) >= 21, 'the burst passes')
  assert.ok(count(all, 429) >= 20, 'what is beyond it does not')
  const answers = await Promise.all(Array.from({ length: 40 }, () => get('/api/rates')))
  const refused = answers.find(({ status }) => status === 429)
  assert.is(refused?.headers['retry-after'], '10')
  assert.equal(JSON.parse(refused?.text ?? ''), { status: 429 })
})

test('everything about a person is given a few times, then with pauses', async () => {
  const calm = await openEdge()
  try {
    const ask = (path: string) => Promise.all(Array.from({ length: 12 }, () => calm.get(path, { headers: SESSION })))
    const all = await ask('/api/profile/export')
    assert.is(all.filter(({ status }) => status === 429).length, 12 - 6)
    assert.ok(
      (await ask('/api/rates')).some(({ status }) => status === 200),
      'nothing else waits with it',
    )
  } finally {
    await calm.close()
  }
})

test('pages are not limited with it', async () => {
  assert.is(count(await statuses(60, '/rates'), 200), 60)
})

test('guessing passwords is slow by every door, and all doors count together', async () => {
  const doors = [
    '/sign-in',
    '/sign%2din',
    '/_/auth/sign-in?action=auth/sign-in.submit',
    '/sign-in?x=1&action=auth%2fsign-in.submit',
  ]
  const all = [...(await statuses(4, '/sign-in', 'POST'))]
  for (const door of doors) all.push(...(await statuses(3, door, 'POST')))
  assert.is(count(all, 429), 16 - 11)
  assert.ok(service('auth').asked.filter(({ method }) => method === 'POST').length <= 11)
  assert.is((await get('/sign-in')).status, 200)
})

test('whoever has a session guesses its password as slowly, on whichever page', async () => {
  const own = ['/_/auth/password', '/_/auth/close']
  const site = {
    ...SITE,
    pages: [
      ...SITE.pages,
      pageOf('/profile', 'profile', { access: 'customer', includes: own.map((route) => includeOf(route)) }),
    ],
    fragments: [...SITE.fragments, ...own.map((route) => fragmentOf(route, { actions: ['send'] }))],
  }
  const doors = [
    '/profile?action=auth/password.send',
    '/profile?action=auth/close.send',
    '/dashboard?x=1&action=auth%2Fclose.send',
    '/_/auth/password?action=auth/password.send',
    '/_/auth/close?action=auth/close.send',
    '/sign-in?action=auth/sign-in.submit',
  ]
  const guessed = await openEdge({ site })
  try {
    const send = (path: string) => guessed.get(path, { method: 'POST', headers: SESSION })
    const answers = await Promise.all(doors.flatMap((path) => [send(path), send(path), send(path)]))
    assert.is(answers.filter(({ status }) => status === 429).length, 18 - 11)
    assert.ok(guessed.service('auth').asked.filter(({ method }) => method === 'POST').length <= 11)
    assert.is((await guessed.get('/profile', { headers: SESSION })).status, 200)
  } finally {
    await guessed.close()
  }
})

test('whoever has a network of addresses has one of them here', async () => {
  const proxied = await openEdge({ options: { trustedProxies: ['127.0.0.1'] } })
  try {
    const from = async (address: string) => {
      const headers = { 'x-forwarded-for': address }
      return (await proxied.get('/sign-in', { method: 'POST', headers })).status
    }
    const neighbours = Array.from({ length: 12 }, (_, index) => `2001:db8::${(index + 1).toString(16)}:1`)
    const all = []
    for (const address of neighbours) all.push(await from(address))
    assert.is(all.at(-1), 429)
    assert.is.not(await from('2001:db8:0:1::1'), 429, 'another network')
    assert.is.not(await from('198.51.100.7'), 429)
  } finally {
    await proxied.close()
  }
})

test('a refusal is no error in the log', () => {
  assert.not.match(edge.readErrors(), /\[error\]/)
})

test.run()
