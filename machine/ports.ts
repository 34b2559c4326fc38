import { once } from 'node:events'
import { connect, createServer, type NetConnectOpts, type Server } from 'node:net'

/** TCP ports of the loopback that were free a moment ago, no two alike: all are held until the last is found. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen))
  const ports = servers.map(portOf)
  await Promise.all(servers.map(close))
  return ports
}

/** Whether something accepts connections at a port or a unix socket; for `ready` of `startProcess`. */
export function accepts(where: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ timeout: 1_000, ...where })
    const answer = (yes: boolean) => {
      socket.destroy()
      resolve(yes)
    }
    socket.once('connect', () => answer(true))
    socket.once('timeout', () => answer(false))
    socket.once('error', () => answer(false))
  })
}

async function listen(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function close(server: Server): Promise<void> {
  server.close()
  await once(server, 'close')
}

/** The TCP port a listening server was given. */
export function portOf(server: Server): number {
  const address = server.address()
  if (typeof address === 'object' && address) return address.port
  throw new Error('The system gave a listening server no port')
}
