/** What the processes of a bench must agree on: written by the bench, read by each of them. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const Settings = z.object({
  counts: z.array(z.number().int()),
  databaseUrl: z.string(),
  /** Of our own services, for nginx. */
  sockets: z.string(),
  /** PEM. */
  privateKey: z.string(),
  publicKey: z.string(),
  ports: z.object({
    edge: z.number(),
    https: z.number(),
    http: z.number(),
    origin: z.number(),
    hanging: z.number(),
    dead: z.number(),
    monolith: z.number(),
    varnish: z.number(),
    tailor: z.number(),
    podium: z.number(),
    manifests: z.number(),
  }),
})

export type Settings = z.infer<typeof Settings>

/** Reads the file that is this process's first argument. */
export function readSettings(): Settings {
  return Settings.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))
}
