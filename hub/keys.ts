/**
 * What the services need to be believed: a pair of keys each, and a password each for the broker. They outlive a run, since
 * events do: what was signed before a restart must be verified after it.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { createIdentityKeys } from '#kit/identity.ts'

export const HubKeys = z.object({
  /** In PEM, by service. */
  private: z.record(z.string(), z.string()),
  /** In PEM, by service: the newest first, then those whose events may still be about. */
  public: z.record(z.string(), z.array(z.string()).min(1)),
  /** Of the services' users at the broker. */
  passwords: z.record(z.string(), z.string()),
})

export type HubKeys = z.infer<typeof HubKeys>

/** Keys from a file that only we can read; those of services that it does not know yet are made and added. */
export function keepHubKeys(path: string, services: readonly string[]): HubKeys {
  const known = existsSync(path) ? readHubKeys(path) : { private: {}, public: {}, passwords: {} }
  const missing = services.filter((service) => !known.private[service] || !known.passwords[service])
  if (missing.length === 0) return known
  const keys = missing.reduce(withService, known)
  writeDurably(path, JSON.stringify(keys))
  return keys
}

export function readHubKeys(path: string): HubKeys {
  const result = HubKeys.safeParse(parse(readFileSync(path, 'utf8')))
  if (result.success) return result.data
  throw new Error(`${path} does not hold the keys of the hub. Bring back the file that belongs here; without it, events
  that were signed with its keys go to the dead letters.`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Keys that are in no file: for tests. */
export function createHubKeys(services: readonly string[]): HubKeys {
  return services.reduce(withService, { private: {}, public: {}, passwords: {} })
}

function withService(keys: HubKeys, service: string): HubKeys {
  const { privateKey, publicKey } = createIdentityKeys()
  return {
    private: { ...keys.private, [service]: privateKey },
    public: { ...keys.public, [service]: [publicKey, ...(keys.public[service] ?? [])] },
    passwords: { ...keys.passwords, [service]: keys.passwords[service] ?? randomBytes(24).toString('base64url') },
  }
}

/** Half a file of keys would be none: it is whole on the disk before it takes its name. */
function writeDurably(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const file = openSync(`${path}.new`, 'w', 0o600)
  writeSync(file, text)
  fsyncSync(file)
  closeSync(file)
  renameSync(`${path}.new`, path)
}
