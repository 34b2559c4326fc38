/** A way to a port that tests can cut or freeze. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { portOf } from '../../machine/ports.ts'

export interface TcpProxy {
  readonly port: number
  /** Breaks every connection. */
  cut(): void
  /** Passes nothing on, and breaks nothing, until it is thawed. */
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

export async function openProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let frozen = false
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
      socket.on('data', (data) => other.write(data))
      if (frozen) socket.pause()
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: portOf(server),
    cut,
    freeze() {
      frozen = true
      for (const socket of sockets) socket.pause()
    },
    thaw() {
      frozen = false
      for (const socket of sockets) socket.resume()
    },
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
