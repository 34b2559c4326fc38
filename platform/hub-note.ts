/** Where the hub of a run is, for its operator's tool: a file that only its owner reads. It stays when the run ends. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Run } from '../machine/folder.ts'

/** RabbitMQ as its administrator has it: with the password. */
const Broker = z.object({ url: z.string(), management: z.string() })

const HubNote = z.object({
  databaseUrl: z.string(),
  /** Left out for the hub in the database. */
  broker: Broker.optional(),
})

export type Broker = z.infer<typeof Broker>

export interface HubNote {
  readonly databaseUrl: string
  readonly broker: Broker | undefined
}

export function hubKeysFile(run: Pick<Run, 'path'>): string {
  return join(run.path, 'hub', 'keys.json')
}

export function writeHubNote(run: Pick<Run, 'path'>, note: HubNote): void {
  mkdirSync(join(run.path, 'hub'), { recursive: true, mode: 0o700 })
  writeFileSync(fileIn(run.path), JSON.stringify(note), { mode: 0o600 })
}

export function readHubNote(runDir: string): HubNote {
  try {
    const { databaseUrl, broker } = HubNote.parse(JSON.parse(readFileSync(fileIn(runDir), 'utf8')))
    return { databaseUrl, broker }
  } catch (cause) {
    throw new Error(
      `${runDir} knows of no hub. Start Selvedge there once (npm start), or name its folder: RUN_DIR=/path/to/.run`,
      {
        cause,
      },
    )
  }
}

function fileIn(runDir: string): string {
  return join(runDir, 'hub', 'place.json')
}
