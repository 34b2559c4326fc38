import inject from 'light-my-request'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readJson } from './body.ts'
import { Refusal } from './errors.ts'

/** The value that was read, or the status of the refusal. */
async function send(payload: string): Promise<unknown> {
  let answer: unknown
  await inject(
    async (req, res) => {
      answer = await readJson(req).catch((error: unknown) => (error instanceof Refusal ? error.status : error))
      res.end()
    },
    { method: 'POST', url: '/', headers: { 'content-type': 'application/json' }, payload },
  )
  return answer
}

test('NUL is refused wherever it stands: PostgreSQL cannot store it', async () => {
  const texts = [
    '"\\u0000"',
    '{"a":"x\\u0000y"}',
    '{"a":[{"b":["\\u0000"]}]}',
    '{"a\\u0000":1}',
    '"\\\\\\u0000"',
    '"\0"',
  ]
  for (const text of texts) assert.is(await send(text), 400, text)
})

test('what only looks like it is read', async () => {
  assert.equal(await send('{"a":"\\\\u0000"}'), { a: '\\u0000' })
  assert.equal(await send('["\\\\\\\\u0000","\\u0001","u0000"]'), ['\\\\u0000', '\u0001', 'u0000'])
})

test('a body of nothing but backslashes is read as fast as any other', async () => {
  assert.is(await send(`"${'\\\\'.repeat(30_000)}"`), '\\'.repeat(30_000))
})

test.run()
