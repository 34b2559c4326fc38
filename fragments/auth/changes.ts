/** Tells of what happened to an account: to pages by tags, to other services by events. */
import { raiseTags, type User } from '#kit'
import type { Sql } from '#kit/database.ts'
import { publisher } from '../../hub/publish.ts'
import { DEMO_TAG, isDemo } from './seed.ts'

const publish = publisher('auth')

export type Change =
  | { readonly what: 'signed-in' }
  | { readonly what: 'signed-out' | 'password-changed' | 'closed'; readonly ended: readonly string[] }
  | { readonly what: 'locked'; readonly ended: readonly string[]; readonly actor: string; readonly reason: string }
  | { readonly what: 'unlocked'; readonly actor: string; readonly reason: string }

/** Call it last in the transaction of the change: tags are locked until the commit. `ended` are handles of sessions. */
export async function tellChange(sql: Sql, { id, role }: Pick<User, 'id' | 'role'>, change: Change): Promise<void> {
  const account = { userId: id, role }
  if (change.what === 'locked' || change.what === 'unlocked') {
    const { actor, reason } = change
    await publish(sql, [{ type: `user.${change.what}`, subject: id, data: { ...account, actor, reason } }])
  } else {
    await publish(sql, [{ type: `user.${change.what}`, subject: id, data: account }])
  }
  if ('ended' in change && change.ended.length > 0) {
    const data = { ...account, why: change.what, sessions: [...change.ended] }
    await publish(sql, [{ type: 'session.revoked', subject: id, data }])
  }
  if (change.what === 'signed-in' || change.what === 'signed-out') return
  await raiseTags(sql, [`account:${id}`, ...(isDemo(id) ? [DEMO_TAG] : [])])
}
