/** Runs MFEs: the only place here that listens. */
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
  deps: MfeDependencies,
): Promise<Served> {
  await raiseTags(
    deps.db,
    mfes.map(({ name }) => mfeTag(name)),
  )
  const controller = new AbortController()
  const servers = await Promise.all(
    mfes.map((mfe) => {
      const log = deps.log.child({ service: mfe.name })
      return listen(createMfe(mfe, { ...deps, log }).callback(), socketOf(mfe.name))
    }),
  )
  const jobs = mfes.flatMap((mfe) =>
    mfe.jobs.map((job) => {
      const log = deps.log.child({ service: mfe.name, job: job.name })
      return job.run({ db: deps.db, log, signal: controller.signal }).catch((error: unknown) => {
        log.error({ err: error }, 'job ended')
      })
    }),
  )
  return {
    async stop() {
      controller.abort()
      await Promise.all([...servers.map((server) => server.stop()), ...jobs])
    },
  }
}
