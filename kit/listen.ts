/** Serves an app on a unix socket or port, and stops without cutting anybody off. */
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'

export interface Listening {
  /** Stops taking requests, finishes those in flight, closes. After `limit` milliseconds it closes what is left. */
  stop(limit?: number): Promise<void>
}

/** Longer than nginx keeps an idle connection (60 s), so that nginx never sends into one that is closing. */
const KEEP_ALIVE_MS = 75_000

/** Listens on the socket's path; the folder's mode says who may connect. */
export async function listen(handler: RequestListener, path: string): Promise<Listening> {
  // A killed run leaves its socket behind; who owns the run folder has the right to take it over.
  rmSync(path, { force: true })
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 30_000 }, handler)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  // nginx may run as another user; the 0700 folder around the socket keeps everybody else out.
  chmodSync(path, 0o666)
  return {
    stop: (limit = 10_000) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), limit)
        // A connection that was busy when we stopped is kept alive after its answer, unless somebody closes it.
        const sweep = setInterval(() => server.closeIdleConnections(), 20)
        server.close(() => {
          clearTimeout(timer)
          clearInterval(sweep)
          resolve()
        })
      }),
  }
}
