/** What another checkout needs to serve one MFE inside a portal that runs: a file that only its owner reads. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { HubKeys } from '../hub/keys.ts'

const PemPairs = z.record(z.string(), z.string())

const Invitation = z.object({
  origin: z.string(),
  databaseUrl: z.string(),
  demo: z.boolean(),
  run: z.object({ path: z.string(), sockets: z.string() }),
  keys: z.object({
    identity: z.object({ privateKey: z.string(), publicKey: z.string() }),
    neighbours: z.object({ private: PemPairs, public: PemPairs }),
  }),
  hub: z.object({
    url: z
      .string()
      .optional()
      .transform((url) => url),
    keys: HubKeys,
  }),
  /** Sent along when it registers. */
  secret: z.string(),
})

export type Invitation = z.infer<typeof Invitation>

export function writeInvitation(invitation: Invitation): void {
  const file = fileIn(invitation.run.path)
  rmSync(file, { force: true })
  writeFileSync(file, JSON.stringify(invitation), { mode: 0o600 })
}

export function removeInvitation(runDir: string): void {
  rmSync(fileIn(runDir), { force: true })
}

export function readInvitation(runDir: string): Invitation {
  try {
    return Invitation.parse(JSON.parse(readFileSync(fileIn(runDir), 'utf8')))
  } catch (cause) {
    const remedy = 'Start it there with npm run dev, and name its RUN_DIR: --portal /path/to/.run'
    throw new Error(`No portal in development runs in ${runDir}. ${remedy}`, { cause })
  }
}

function fileIn(runDir: string): string {
  return join(runDir, 'development.json')
}
