import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { loadMfes, mfeNames } from './definitions.ts'

test('every folder is loaded, with what it has for the demonstration', async () => {
  const mfes = await loadMfes()
  assert.equal(
    mfes.map(({ name }) => name),
    mfeNames(),
  )
  const auth = mfes.find(({ name }) => name === 'auth')
  assert.type(auth?.seed, 'function')
  assert.type(auth?.retire, 'function')
  assert.is(mfes.find(({ name }) => name === 'rates')?.retire, undefined)
})

test('what does not exist is refused by name', async () => {
  const refusal = await loadMfes(['loans']).catch((error: unknown) => error)
  assert.match(String(refusal), 'There is no MFE "loans".')
})

test.run()
