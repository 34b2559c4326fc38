/** Reads what a client sends: bounded, of the announced type, as UTF-8. */
import type { IncomingMessage } from 'node:http'
import readRaw from 'raw-body'
import { BadRequest, Refusal } from './errors.ts'
import { singleValues } from './input.ts'

/** nginx lets no more than this through either; a service must not depend on it. */
const LIMIT = 64 * 1024

/** The fields of a form, each once. */
export async function readForm(req: IncomingMessage): Promise<Record<string, string>> {
  requireType(req, 'application/x-www-form-urlencoded')
  return singleValues(new URLSearchParams(await readText(req)))
}

/** A JSON document; `undefined` for an empty body. */
export async function readJson(req: IncomingMessage): Promise<unknown> {
  const text = await readText(req)
  if (text === '') return undefined
  requireType(req, 'application/json')
  refuseNul(text)
  try {
    return JSON.parse(text)
  } catch {
    throw new BadRequest('The body is not valid JSON.')
  }
}

/** PostgreSQL cannot store NUL. In JSON it can only be written as an escape: after an even number of backslashes. */
function refuseNul(text: string): void {
  if (/(?<!\\)(?:\\\\)*\\u0000/.test(text)) throw new BadRequest('The body holds a NUL character.')
}

function requireType(req: IncomingMessage, expected: string): void {
  const [type = ''] = (req.headers['content-type'] ?? '').split(';')
  if (type.trim().toLowerCase() === expected) return
  throw new Refusal(415, `Send this as ${expected}.`, { Accept: expected })
}

async function readText(req: IncomingMessage): Promise<string> {
  const body = await readRaw(req, { limit: LIMIT, length: req.headers['content-length'] }).catch(refuseBody)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new BadRequest('The body is not valid UTF-8.')
  }
}

function refuseBody(error: unknown): never {
  if (error instanceof Error && 'status' in error && error.status === 413) {
    throw new Refusal(413, `The body is larger than ${LIMIT / 1024} kB.`)
  }
  throw new BadRequest('The body did not arrive whole.')
}
