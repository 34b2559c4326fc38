/** How a person or a supervisor asks us to stop. */
export interface Asked {
  /** Resolves at the first signal. */
  readonly asked: Promise<undefined>
  came(): boolean
}

/** Ctrl-C reaches us twice under npm: from the terminal, and from npm, which passes it on. */
const SAME_MS = 500

/** Listens from now on. Who asks a second time does not want to wait for anything. */
export function awaitSignal(): Asked {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  let first: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (first !== undefined && performance.now() - first > SAME_MS) process.exit(1)
      first ??= performance.now()
      resolve(undefined)
    })
  }
  return { asked: promise, came: () => first !== undefined }
}
