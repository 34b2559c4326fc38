/**
 * The portal's side of `npm run dev -- --only`: another checkout serves one MFE. It does so for as long as its request
 * is open, so that one that is killed is not asked any more.
 */
import { PassThrough } from 'node:stream'
import type Koa from 'koa'
import { z } from 'zod'
import { readJson } from '#kit/body.ts'
import { Forbidden } from '#kit/errors.ts'
import { parseBody } from '#kit/input.ts'
import type { State } from '#kit/service.ts'
import { BadOverride } from './overrides.ts'
import type { Report } from './report.ts'

export interface CompanionDesk {
  /** Known to whoever may read the invitation. */
  readonly secret: string
  setOverride(place: string, address: string | undefined): Promise<void>
  /** What an override answers has changed, or cannot be made. */
  refresh(problem: Report | undefined): Promise<void>
}

type Ctx = Koa.ParameterizedContext<State>

export const SECRET_HEADER = 'x-development-secret'

const Registration = z.object({ mfe: z.string(), address: z.string() })

const Place = z.object({ file: z.string(), line: z.number(), column: z.number() })
const ReportOf = z.object({
  message: z.string(),
  fragment: z.string().optional(),
  place: Place.optional(),
  frame: z.string(),
})
const Change = z.object({ problem: ReportOf.optional() })

/** Answers a line as soon as the MFE is asked there, and ends with the connection. */
export async function registerCompanion(ctx: Ctx, desk: CompanionDesk): Promise<void> {
  checkSecret(ctx, desk)
  const { mfe, address } = parseBody(Registration, await readJson(ctx.req))
  await desk.setOverride(mfe, address).catch((error: unknown) => {
    throw error instanceof BadOverride ? new Forbidden(error.message) : error
  })
  const stream = new PassThrough()
  // Its MFE may be gone from the portal by then: nothing is left to be undone.
  stream.once('close', () => void desk.setOverride(mfe, undefined).catch(() => {}))
  stream.write('registered\n')
  ctx.type = 'text'
  ctx.body = stream
}

export async function hearCompanion(ctx: Ctx, desk: CompanionDesk): Promise<void> {
  checkSecret(ctx, desk)
  const { problem } = parseBody(Change, await readJson(ctx.req))
  await desk.refresh(problem && { ...problem, fragment: problem.fragment, place: problem.place })
  ctx.status = 204
}

function checkSecret(ctx: Ctx, { secret }: CompanionDesk): void {
  if (ctx.get(SECRET_HEADER) !== secret) throw new Forbidden('This is for a checkout that was invited.')
}
