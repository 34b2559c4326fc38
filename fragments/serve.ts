/** Runs MFEs: the only place here that listens. */
import type { RequestListener } from 'node:http'
import type { AskNeighbour } from '#kit/contract.ts'
import type { Database } from '#kit/database.ts'
import { listen } from '#kit/listen.ts'
import { createMfe, type MfeDependencies } from '#kit/mfe.tsx'
import type { Neighbour } from '#kit/neighbours.ts'
import { mfeTag, raiseTags } from '#kit/tags.ts'
import { traceId } from '#kit/trace.ts'
import { type HubMember, joinHub } from '../hub/member.ts'
import type { Mfe } from './definitions.ts'

export interface Served {
  /** Finishes what is in flight, requests and jobs, then resolves. */
  stop(): Promise<void>
}

/** Serves each MFE as its own Koa app on its own socket, runs its jobs, tells what it publishes and hears what it consumes. */
export async function serveMfes(
  mfes: readonly Mfe[],
  socketOf: (name: string) => string,
  deps: Omit<MfeDependencies, 'db' | 'neighbour'> & {
    dbOf(name: string): Database
    neighbourOf(name: string): Neighbour
    /** How an MFE takes part in the hub. */
    memberOf(name: string): Promise<HubMember>
    /** Put around what an MFE's service answers; for development. */
    around?(handler: RequestListener, mfe: string): RequestListener
  },
): Promise<Served> {
  const controller = new AbortController()
  const running = mfes.map((mfe) => ({
    mfe,
    db: deps.dbOf(mfe.name),
    neighbour: deps.neighbourOf(mfe.name),
    log: deps.log.child({ service: mfe.name }),
  }))
  const servers = await Promise.all(
    running.map(async ({ mfe, db, neighbour, log }) => {
      await raiseTags(db, [mfeTag(mfe.name)])
      const handler = createMfe(mfe, { ...deps, db, neighbour, log }).callback()
      return listen(deps.around?.(handler, mfe.name) ?? handler, socketOf(mfe.name))
    }),
  )
  const { signal } = controller
  const jobs = running.flatMap(({ mfe, db, neighbour, log }) => {
    // A job asks in the name of no request: each question is a trace of its own.
    const ask: AskNeighbour = (contract, input) => neighbour.ask(contract, input, { trace: traceId(undefined), signal })
    return mfe.jobs.map((job) =>
      job.run({ db, ask, log: log.child({ job: job.name }), signal }).catch((error: unknown) => {
        log.error({ err: error, job: job.name }, 'job ended')
      }),
    )
  })
  const joined = await Promise.all(
    running.map(async ({ mfe, neighbour, log }) =>
      joinHub(await deps.memberOf(mfe.name), {
        consumer: mfe.consumer,
        askIn: (trace, signal) => (contract, input) => neighbour.ask(contract, input, { trace, signal }),
        log,
      }),
    ),
  )
  return {
    async stop() {
      controller.abort()
      await Promise.all([...servers.map((server) => server.stop()), ...jobs])
      // Last: what the others have written on their way is still sent.
      await Promise.all(joined.map((member) => member.leave()))
    },
  }
}
