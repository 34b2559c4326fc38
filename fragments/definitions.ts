/** The registry is the folder: each `fragments/NAME/fragment.tsx` is an MFE. Adding one is adding a folder. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Provision } from '#kit/contract.ts'
import type { Sql } from '#kit/database.ts'
import type { Endpoint } from '#kit/endpoint.ts'
import { DefinitionError } from '#kit/errors.ts'
import type { Fragment } from '#kit/fragment.ts'
import type { Job } from '#kit/job.ts'
import type { Consumer } from '../hub/consumer.ts'

export interface Mfe {
  readonly name: string
  readonly fragments: readonly Fragment[]
  readonly endpoints: readonly Endpoint[]
  readonly provisions: readonly Provision[]
  readonly jobs: readonly Job[]
  /** What it does when something has happened, elsewhere or here. */
  readonly consumer: Consumer | undefined
  readonly migrations: string
  /** Data of the demonstration; does nothing where it has run before. */
  readonly seed: ((sql: Sql) => Promise<void>) | undefined
  /** Closes what only a demonstration may have open; does nothing where there was none. For every other start. */
  readonly retire: ((sql: Sql) => Promise<void>) | undefined
}

type Demonstration = Partial<Pick<Mfe, 'seed' | 'retire'>>

type Definition = Fragment | Endpoint | Provision | Job | Consumer

const KINDS: readonly unknown[] = [
  'fragment',
  'endpoint',
  'provision',
  'job',
  'consumer',
] satisfies Definition['kind'][]

const FOLDER = import.meta.dirname

/** Loads the MFEs named, or all. Definitions are inert: nothing is started. */
export async function loadMfes(names: readonly string[] = mfeNames()): Promise<Mfe[]> {
  const unknown = names.find((name) => !mfeNames().includes(name))
  if (unknown) throw new Error(`There is no MFE "${unknown}". There are: ${mfeNames().join(', ')}.`)
  return Promise.all(names.map(loadMfe))
}

export function mfeNames(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => existsSync(join(FOLDER, name, 'fragment.tsx')))
    .sort()
}

async function loadMfe(name: string): Promise<Mfe> {
  const folder = join(FOLDER, name)
  const exported: Record<string, unknown> = await import(pathToFileURL(join(folder, 'fragment.tsx')).href)
  const definitions = Object.values(exported).filter(isDefinition)
  const fragments = definitions.filter((definition) => definition.kind === 'fragment')
  const stranger = fragments.find(({ mfe }) => mfe !== name)
  if (stranger)
    throw new DefinitionError(stranger.route, `it is in fragments/${name}`, `Its route must be /_/${name}/….`)
  const provisions = definitions.filter((definition) => definition.kind === 'provision')
  const foreign = provisions.find(({ provider }) => provider !== name)
  if (foreign)
    throw new DefinitionError(`${foreign.provider}/${foreign.name}`, `fragments/${name} answers it`, 'Move it there.')
  const consumers = definitions.filter((definition) => definition.kind === 'consumer')
  const [consumer, second] = consumers
  if (second) throw new DefinitionError(`fragments/${name}`, 'it has two consumers', 'Put their handlers into one.')
  if (consumer && consumer.name !== name)
    throw new DefinitionError(`fragments/${name}`, `its consumer is named ${consumer.name}`, `Name it ${name}.`)
  return {
    name,
    fragments,
    provisions,
    consumer,
    endpoints: definitions.filter((definition) => definition.kind === 'endpoint'),
    jobs: definitions.filter((definition) => definition.kind === 'job'),
    migrations: join(folder, 'migrations'),
    ...(await loadDemonstration(join(folder, 'seed.ts'))),
  }
}

async function loadDemonstration(path: string): Promise<Pick<Mfe, 'seed' | 'retire'>> {
  if (!existsSync(path)) return { seed: undefined, retire: undefined }
  const { seed, retire }: Demonstration = await import(pathToFileURL(path).href)
  return { seed, retire }
}

function isDefinition(value: unknown): value is Definition {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false
  return KINDS.includes(value.kind)
}
