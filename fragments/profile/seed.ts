/** Contact details for the customers of the demonstration. Their ids are fixed, so no other service is asked for them. */
import type { Sql } from '#kit/database.ts'
import { addDetails } from './store.ts'

const ALICE = {
  id: 'a11ce000-0000-4000-8000-000000000001',
  phone: '+33 1 99 00 12 34',
  street: '12 rue des Tisserands',
  postcode: '69001',
  city: 'Lyon',
  country: 'FR',
  language: 'fr',
}
const BOB = {
  id: 'b0b00000-0000-4000-8000-000000000002',
  phone: '+46 8 465 004 12',
  street: 'Vävargatan 7',
  postcode: '117 64',
  city: 'Stockholm',
  country: 'SE',
  language: 'sv',
}

/** Adds them where nothing was ever saved for these people. */
export async function seed(sql: Sql): Promise<void> {
  for (const { id, ...details } of [ALICE, BOB]) await addDetails(sql, id, details)
}
