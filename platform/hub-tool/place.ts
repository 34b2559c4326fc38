/** Where the hub is: as the environment says, else as the run has noted. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { readConfig } from '#kit/config.ts'
import { type HubKeys, readHubKeys } from '../../hub/keys.ts'
import { managementOf } from '../hub.ts'
import { type Broker, type HubNote, hubKeysFile, readHubNote } from '../hub-note.ts'
import { describe, WrongUsage } from './endings.ts'

export interface Place {
  readonly runDir: string
  /** RabbitMQ as its administrator has it; undefined for the hub in the database. */
  readonly broker: Broker | undefined
  /** Throws where nobody knows: setting RabbitMQ up needs none. */
  databaseUrl(): string
}

type Environment = Readonly<Record<string, string | undefined>>

/** Throws where neither says anything. */
export function findPlace(env: Environment): Place {
  const { runDir, databaseUrl, hubUrl, hubManagementUrl } = readEnvironment(env)
  const read = () => readHubNote(runDir)
  // Who names a database and no broker means the hub in it, unless the run knows better.
  const note = hubUrl === undefined && databaseUrl === undefined ? read() : tryNote(read)
  return {
    runDir,
    broker: brokerOf(hubUrl, hubManagementUrl, note?.broker),
    databaseUrl: () => databaseUrl ?? read().databaseUrl,
  }
}

/** Keys are read and never made here: what was signed by others would not be believed. */
export function readKeys({ runDir }: Pick<Place, 'runDir'>): HubKeys {
  const file = hubKeysFile({ path: runDir })
  if (!existsSync(file)) {
    throw new Error(
      `There are no keys of the hub in ${file}. Start Selvedge there once (npm start), or name its folder: RUN_DIR=/path/to/.run`,
    )
  }
  return readHubKeys(file)
}

function brokerOf(url: string | undefined, management: string | undefined, noted: Broker | undefined) {
  if (url !== undefined && url !== noted?.url) return { url, management: management ?? managementOf(url) }
  return noted && { ...noted, management: management ?? noted.management }
}

function tryNote(read: () => HubNote): HubNote | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function readEnvironment(env: Environment) {
  try {
    return readConfig({ ...env, RUN_DIR: resolve(env.RUN_DIR || '.run') })
  } catch (error) {
    throw new WrongUsage(describe(error))
  }
}
