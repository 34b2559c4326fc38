/** `/api/profile`: one's own details for programs. */
import { type Answer, endpoint, z } from '#kit'
import { BadRequest, Refusal } from '#kit/errors.ts'
import { collectData } from './collect.ts'
import { Changed, DETAILS, type Kept, saveDetails } from './contact-details.ts'
import { findPerson, type Person } from './person.ts'
import { findDetails } from './store.ts'

export const readProfile = endpoint('GET /api/profile', {
  summary: 'Your name, address and contact details. The ETag is for If-Match when you change them.',
  access: 'customer',
  async handle({ user }, ctx) {
    const [kept, person] = await Promise.all([findDetails(ctx.db, user.id), findPerson(ctx, user)])
    return answer(kept, person)
  },
})

export const writeProfile = endpoint('PUT /api/profile', {
  summary: 'Replace your contact details, over the version that you read: by If-Match or by "version".',
  access: 'customer',
  body: { ...DETAILS, version: z.int().min(0).optional() },
  async handle({ user, body: { version, ...details }, header }, ctx) {
    const match = header('if-match')
    const seen = match === undefined ? version : readVersion(match)
    if (seen === undefined) {
      throw new Refusal(428, 'Say which version you change: its ETag as If-Match, or "version" in the body.')
    }
    const kept = await saveDetails(ctx.db, user.id, details, seen).catch((error: unknown) => {
      if (match === undefined || !(error instanceof Changed)) throw error
      throw new Refusal(412, error.message)
    })
    return answer(kept, await findPerson(ctx, user))
  },
})

export const exportProfile = endpoint('GET /api/profile/export', {
  summary: 'Everything that is kept about you, as one document. "missing" names what could not be had.',
  access: 'customer',
  timeout: '8s',
  async handle({ user }, ctx) {
    const collection = await collectData(ctx, user)
    const name = `selvedge-${collection.madeAt.toISOString().slice(0, 10)}.json`
    return {
      status: 200,
      body: collection,
      headers: { 'Content-Disposition': `attachment; filename="${name}"` },
    }
  },
})

function answer({ version, changedAt, closed: _, ...details }: Kept, person: Person | undefined): Answer {
  return {
    status: 200,
    body: { ...details, version, changedAt, account: person ?? null },
    headers: { ETag: `"${version}"` },
  }
}

/** `"3"`, as the ETag was. */
function readVersion(match: string): number {
  const [, version] = /^"(\d{1,9})"$/.exec(match.trim()) ?? []
  if (version === undefined) throw new BadRequest('If-Match takes one ETag as it was given, such as "3".')
  return Number(version)
}
