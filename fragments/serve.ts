/** Runs MFEs: the only place here that listens. */
import type { Database } from '#kit/database.ts'
import { listen } from '#kit/listen.ts'
import { createMfe, type MfeDependencies } from '#kit/mfe.tsx'
import { mfeTag, raiseTags } from '#kit/tags.ts'
import type { Mfe } from './definitions.ts'

export interface Served {
  /** Finishes what is in flight, requests and jobs, then resolves. */
  stop(): Promise<void>
}

/** Serves each MFE as its own Koa app on its own socket, and runs its jobs. */
export async function serveMfes(
  mfes: readonly Mfe[],
  socketOf: (name: string) => string,
  deps: Omit<MfeDependencies, 'db'> & { dbOf(name: string): Database },
): Promise<Served> {
  const controller = new AbortController()
  const running = mfes.map((mfe) => ({ mfe, db: deps.dbOf(mfe.name), log: deps.log.child({ service: mfe.name }) }))
  const servers = await Promise.all(
    running.map(async ({ mfe, db, log }) => {
      await raiseTags(db, [mfeTag(mfe.name)])
      return listen(createMfe(mfe, { ...deps, db, log }).callback(), socketOf(mfe.name))
    }),
  )
  const jobs = running.flatMap(({ mfe, db, log }) =>
    mfe.jobs.map((job) =>
      job.run({ db, log: log.child({ job: job.name }), signal: controller.signal }).catch((error: unknown) => {
        log.error({ err: error, job: job.name }, 'job ended')
      }),
    ),
  )
  return {
    async stop() {
      controller.abort()
      await Promise.all([...servers.map((server) => server.stop()), ...jobs])
    },
  }
}
