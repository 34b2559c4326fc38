/** Services that fail as services do: one takes the question and says nothing, one hangs up. */
import { once } from 'node:events'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'

export interface Fault {
  close(): Promise<void>
}

/** `where` is a socket's path or a port of the loopback. */
export function openHanging(where: string | number): Promise<Fault> {
  return open(where, () => {})
}

export function openDead(where: string | number): Promise<Fault> {
  return open(where, (socket) => socket.destroy())
}

async function open(where: string | number, onQuestion: (socket: Socket) => void): Promise<Fault> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // Whoever has waited long enough hangs up.
    socket.on('error', () => socket.destroy())
    socket.on('data', () => onQuestion(socket))
  })
  if (typeof where === 'string') {
    rmSync(where, { force: true })
    server.listen(where)
  } else server.listen(where, '127.0.0.1')
  await once(server, 'listening')
  if (typeof where === 'string') chmodSync(where, 0o666)
  return {
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
