import { getEventListeners } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { DeadlineExceeded, unlessAborted, withDeadline } from './deadline.ts'

/** Work that ends when a test says so. */
const hanging = () => Promise.withResolvers<string>()
const listening = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => assert.unreachable('it did not fail'),
    (error: unknown) => error,
  )
}

test('what is done in time is the answer, and its signal is left alone', async () => {
  let given: AbortSignal | undefined
  const answer = await withDeadline(10_000, async (signal) => {
    given = signal
    return 'done'
  })
  assert.is(answer, 'done')
  assert.is(given?.aborted, false)
  assert.is(await failureOf(withDeadline(10_000, () => Promise.reject('wrong'))), 'wrong')
})

test('what takes too long is given up, and told so', async () => {
  const told = Promise.withResolvers<unknown>()
  const failure = await failureOf(
    withDeadline(10, (signal) => {
      signal.addEventListener('abort', () => told.resolve(signal.reason))
      return hanging().promise
    }),
  )
  assert.instance(failure, DeadlineExceeded)
  assert.is(await told.promise, failure)
})

test('unless it is aborted, work ends as it ends', async () => {
  const { signal } = new AbortController()
  assert.is(await unlessAborted(signal, async () => 'done'), 'done')
  assert.is(await failureOf(unlessAborted(signal, () => Promise.reject('wrong'))), 'wrong')
  assert.is(listening(signal), 0, 'and nobody listens any more')
})

test('work that hangs when it is aborted is not waited for, and how it ends is nobody’s matter', async () => {
  const surprises: unknown[] = []
  const note = (reason: unknown) => void surprises.push(reason)
  process.on('unhandledRejection', note)
  const controller = new AbortController()
  const work = hanging()
  const failure = failureOf(unlessAborted(controller.signal, () => work.promise))
  const reason = new Error('given up')
  controller.abort(reason)
  assert.is(await failure, reason)
  assert.is(listening(controller.signal), 0)
  work.reject(new Error('much later'))
  // Unhandled rejections are told of once all that waits has run.
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  assert.equal(surprises, [])
})

test('what was aborted before is not begun', async () => {
  const reason = new Error('too late')
  let begun = false
  const failure = await failureOf(
    unlessAborted(AbortSignal.abort(reason), async () => {
      begun = true
    }),
  )
  assert.is(failure, reason)
  assert.not(begun)
})

test.run()
