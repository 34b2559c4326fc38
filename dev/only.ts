/** `npm run dev -- --only MFE --portal RUN_DIR`: this checkout's MFE inside a portal that another one runs. */
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { mfeNames } from '../fragments/definitions.ts'
import type { Stop } from '../platform/stops.ts'
import { SECRET_HEADER } from './companion.ts'
import { type Invitation, readInvitation } from './invitation.ts'
import type { ServiceProcess } from './process.ts'
import { createQueue } from './queue.ts'
import { type Report, sayReport } from './report.ts'
import { finalSocket, takeSockets } from './sockets.ts'
import { createSpare } from './spare.ts'
import { sayFiles } from './terminal.ts'
import { watchSources } from './watch.ts'

const ROOT = join(import.meta.dirname, '..')

export interface OnlyOptions {
  readonly mfe: string
  /** The RUN_DIR of the portal. */
  readonly runDir: string
  /** Of the loopback; 0 for any free one. */
  readonly port: number
}

export async function developOne(
  { mfe, runDir, port }: OnlyOptions,
  stops: Stop[],
): Promise<{ broken: Promise<Error> }> {
  if (!mfeNames().includes(mfe)) throw new Error(`There is no MFE "${mfe}". There are: ${mfeNames().join(', ')}.`)
  const invitation = readInvitation(runDir)
  const { sockets } = invitation.run
  // Beside the portal's own, and taken away with them.
  const socket = `${mfe}-${process.pid}`
  stops.push(() => rmSync(finalSocket(sockets, socket), { force: true }))

  const hear = (report: Report) => console.error(sayReport(report))
  const spare = createSpare(hear)
  let starting: ServiceProcess | undefined
  let current: ServiceProcess | undefined
  let generation = 0
  stops.push(async () => {
    await Promise.all([spare.stop(), current?.stop()])
  })

  async function renew(files: readonly string[]): Promise<Report | undefined> {
    const began = performance.now()
    const services = spare.take()
    starting = services
    const outcome = await services.start(orderFor(invitation, mfe, socket, ++generation))
    starting = undefined
    spare.renew()
    if ('report' in outcome) {
      void services.stop(500)
      console.error(sayReport(outcome.report))
      return outcome.report
    }
    takeSockets(sockets, [socket], generation)
    const old = current
    current = services
    await old?.stop(1_500)
    if (files.length) console.log(`${sayFiles(files)} changed · shown in ${Math.round(performance.now() - began)} ms`)
    return undefined
  }

  const failed = await renew([])
  if (failed) throw new Error('Mend that, then start again.')
  const server = await openDoor(port, finalSocket(sockets, socket), stops)
  const registered = await register(invitation, mfe, addressOf(server))
  stops.push(registered.end)
  const inTurn = createQueue()
  const change = (files: readonly string[]) => {
    starting?.giveUp()
    return inTurn(async () => tellPortal(invitation, { problem: await renew(files) }))
  }
  stops.push(watchSources(ROOT, [`fragments/${mfe}`, 'kit', 'hub'], (files) => void change(files)))
  console.log(`ready ${invitation.origin}, with ${mfe} from here (${addressOf(server)})`)
  return { broken: registered.ended }
}

function orderFor(
  { origin, run, databaseUrl, demo, keys, hub }: Invitation,
  mfe: string,
  socket: string,
  generation: number,
) {
  const config = { demo, logLevel: 'warn' } as const
  return { generation, origin, config, run, databaseUrl, keys, hub, faults: {}, prepare: true, only: { mfe, socket } }
}

/** A port that stays, in front of sockets that change. */
async function openDoor(port: number, socket: string, stops: Stop[]): Promise<Server> {
  const server = createServer((visitor) => {
    const service = connect(socket)
    visitor.pipe(service).pipe(visitor)
    visitor.on('error', () => service.destroy())
    service.on('error', () => visitor.destroy())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  stops.push(() => void server.close())
  return server
}

function addressOf(server: Server): string {
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The port was closed.')
  return `127.0.0.1:${address.port}`
}

interface Registered {
  end(): void
  /** Resolves when the portal is gone. */
  readonly ended: Promise<Error>
}

/** Resolves when the portal asks us. The connection stays open for as long as it does. */
async function register(invitation: Invitation, mfe: string, address: string): Promise<Registered> {
  const req = post(invitation, '/_dev/companion', { mfe, address })
  const [res] = await once(req, 'response').catch((cause: unknown) => {
    throw new Error(`The portal in ${invitation.run.path} does not run any more. Start it with npm run dev.`, { cause })
  })
  if (res.statusCode !== 200) {
    res.setEncoding('utf8')
    const text: string[] = await res.toArray()
    throw new Error(`The portal refused: ${text.join('')}`)
  }
  const ended = new Promise<Error>((resolve) => res.once('close', () => resolve(new Error('The portal was stopped.'))))
  res.resume()
  return { ended, end: () => req.destroy() }
}

async function tellPortal(invitation: Invitation, change: { problem: Report | undefined }): Promise<void> {
  const req = post(invitation, '/_dev/companion/changes', change)
  const [res] = await once(req, 'response')
  res.resume()
}

function post({ run, secret }: Invitation, path: string, body: object) {
  const json = JSON.stringify(body)
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }
  const socketPath = finalSocket(run.sockets, 'development')
  const req = request({
    socketPath,
    path,
    method: 'POST',
    agent: false,
    headers: { ...headers, [SECRET_HEADER]: secret },
  })
  req.on('error', () => {})
  req.end(json)
  return req
}
