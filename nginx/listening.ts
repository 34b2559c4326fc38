/** The ports that nginx listens on: whether it can have them, and whether it has them all. */
import { once } from 'node:events'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Edge } from './options.ts'

/** Those who held a port may be on their way out: the workers of an nginx that was killed need a moment. */
export const PATIENCE_MS = 1_000

/** Throws a sentence that names the port that another program holds, and the variable to change. */
export async function refuseBusyPorts(
  { bind, httpsPort, httpPort }: Pick<Edge, 'bind' | 'httpsPort' | 'httpPort'>,
  patience = PATIENCE_MS,
): Promise<void> {
  const deadline = performance.now() + patience
  for (const [variable, port] of [['HTTPS_PORT', httpsPort] as const, ['HTTP_PORT', httpPort] as const]) {
    for (const address of bind) {
      while (await isBusy(address, port)) {
        if (performance.now() > deadline) {
          const step = `Set ${variable} to a free one, or stop that program.`
          throw new Error(`Port ${port} is in use by another program. ${step}`)
        }
        await sleep(50)
      }
    }
  }
}

/** Whether a worker answers at this socket. There are workers once nginx listens everywhere, and not before. */
export function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ socketPath, path: '/status', timeout: 1_000 }, (response) => {
      response.resume()
      resolve(true)
    })
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(false))
    asked.end()
  })
}

/** As nginx would bind it. What else stands in the way, such as a missing right, nginx says itself. */
async function isBusy(address: string, port: number): Promise<boolean> {
  const server = createServer().listen({ host: address.replace(/^\[|\]$/g, ''), port, ipv6Only: true })
  try {
    await once(server, 'listening')
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  }
  server.close()
  await once(server, 'close')
  return false
}
