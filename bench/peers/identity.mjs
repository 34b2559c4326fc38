/** Who is signed in, found as our gateway finds it: one look into the table of sessions, one signed token for all services. */
import { openDatabase } from '../../kit/database.ts'
import { identitySigner } from '../../kit/identity.ts'
import { readSession, SESSION_COOKIE } from '../../kit/session.ts'
import { settings } from './settings.mjs'

const db = openDatabase(settings.databaseUrl, () => {})
const sign = identitySigner(settings.privateKey)
const COOKIE = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([^;]*)`)

/** The signed identity; undefined for nobody. */
export async function identify(request) {
  const [, cookie] = COOKIE.exec(request.headers.cookie ?? '') ?? []
  const user = await readSession(db, cookie)
  return user && sign(user)
}
