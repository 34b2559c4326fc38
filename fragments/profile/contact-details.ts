/**
 * How to reach a person: rules without HTTP. Whoever saves says which version they saw, and is refused where somebody
 * else has saved since: nothing is overwritten unseen.
 */
import { Conflict, Invalid, raiseTags, z } from '#kit'
import type { Database } from '#kit/database.ts'
import { publisher } from '../../hub/publish.ts'
import { COUNTRIES, LANGUAGES } from './places.ts'
import { holdDetails, writeDetails } from './store.ts'

const publish = publisher('profile')

/** Control characters, halves of characters, and marks that make a text read in another order than it is stored. */
const TRICKS = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u

const text = (most: number) =>
  z
    .string()
    .normalize('NFC')
    .trim()
    .max(most, `At most ${most} characters.`)
    .refine((typed) => !TRICKS.test(typed), 'Leave out characters that cannot be seen.')
    .default('')

const choice = (options: readonly { value: string }[], sentence: string) => {
  const known = options.map(({ value }) => value)
  return text(2).refine((typed) => typed === '' || known.includes(typed), sentence)
}

/** The values as they come from outside, from a form or a program. */
export const DETAILS = {
  phone: text(24).refine(isPhone, 'Write it as +46 70 123 45 67: digits and spaces.'),
  street: text(100),
  postcode: text(12),
  city: text(60),
  country: choice(COUNTRIES, 'Choose a country.'),
  language: choice(LANGUAGES, 'Choose a language.').transform((code) => code || 'en'),
}

export type Details = z.output<z.ZodObject<typeof DETAILS>>

/** Details that are kept. Version 0: never saved. */
export interface Kept extends Details {
  readonly version: number
  readonly changedAt: Date | null
  readonly closed: boolean
}

/** What we call each of them, in the order of the form. */
export const LABELS: Readonly<Record<keyof Details, string>> = {
  phone: 'Phone',
  street: 'Street and number',
  postcode: 'Postcode',
  city: 'City',
  country: 'Country',
  language: 'Language',
}

export const KEYS = ['phone', 'street', 'postcode', 'city', 'country', 'language'] as const satisfies (keyof Details)[]

/** Somebody else has saved since. */
export class Changed extends Conflict {
  override name = 'Changed'
  constructor() {
    super('This changed meanwhile. Nothing was overwritten: look at what is saved now, then save again.')
  }
}

/**
 * Saves details over the version that was seen. Throws `Changed` where there is a newer one, unless it says the same; and
 * `Invalid` for half an address.
 */
export async function saveDetails(db: Database, userId: string, details: Details, seen: number): Promise<Kept> {
  refuseHalfAddress(details)
  return db.transaction(async (sql) => {
    const kept = await holdDetails(sql, userId)
    if (kept.closed) throw new Conflict('This account is closed.')
    const fields = KEYS.filter((key) => kept[key] !== details[key])
    if (fields.length === 0) return kept
    if (kept.version !== seen) throw new Changed()
    const saved = await writeDetails(sql, userId, details)
    await publish(sql, [{ type: 'profile.updated', subject: userId, data: { userId, fields } }])
    await raiseTags(sql, [`profile:${userId}`])
    return saved
  })
}

function refuseHalfAddress({ street, postcode, city, country }: Details): void {
  if (!street && !postcode && !city && !country) return
  const missing = {
    ...(street ? {} : { street: 'Add the street, or leave the whole address empty.' }),
    ...(city ? {} : { city: 'Add the city, or leave the whole address empty.' }),
    ...(country ? {} : { country: 'Choose the country, or leave the whole address empty.' }),
  }
  // Not the postcode: some countries have none.
  if (Object.keys(missing).length > 0) throw new Invalid(missing)
}

/** Five to fifteen digits (ITU-T E.164), written as people write them. */
function isPhone(typed: string): boolean {
  const digits = typed.replace(/\D/g, '').length
  return typed === '' || (/^\+?[0-9 ()./-]+$/.test(typed) && digits >= 5 && digits <= 15)
}
