/** A total time for an answer: nginx only limits the time between two reads, so a trickle would pass it. */

/** The answer took longer than its definition allows. */
export class DeadlineExceeded extends Error {
  override name = 'DeadlineExceeded'
}

/** Resolves with `work`, or throws `DeadlineExceeded` after `limit` milliseconds; `signal` then aborts what still runs. */
export async function withDeadline<T>(limit: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new DeadlineExceeded(`No answer within ${limit} ms.`)
      controller.abort(error)
      reject(error)
    }, limit)
  })
  try {
    return await Promise.race([work(controller.signal), expiry])
  } finally {
    clearTimeout(timer)
  }
}

/** Resolves with `work`, or throws the reason of `signal` as soon as it aborts: what hangs is not waited for. */
export async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const give = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', give, { once: true })
  try {
    return await Promise.race([work(), aborted.promise])
  } finally {
    signal.removeEventListener('abort', give)
  }
}
