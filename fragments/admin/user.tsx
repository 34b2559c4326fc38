/** One account: what is known of it, and the lock. */
import type { VNode } from 'preact'
import { action, type FormState, type FormTarget, fragment, Island, NotFound, redirect, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import Confirm from '#kit/confirm.island.tsx'
import type { Request } from '#kit/context.ts'
import { Facts } from '#kit/facts.tsx'
import { ErrorSummary, Field, Hidden } from '#kit/field.tsx'
import { EMPTY_FORM } from '#kit/fragment.ts'
import { Notice } from '#kit/notice.tsx'
import { Minute } from '#kit/times.tsx'
import { readAccounts, setAccountLock } from '../../hub/contracts/auth.ts'
import type { Account } from './neighbours.ts'
import { capitalise, Status } from './words.tsx'

const WHY = 'Say why, in a few words.'
const WISHES: Readonly<Record<string, 'locked' | 'unlocked'>> = { lock: 'locked', unlock: 'unlocked' }
const fields = {
  id: z.uuid(),
  reason: z.string(WHY).trim().min(1, WHY).max(200, 'At most 200 characters.'),
}

export const user = fragment('/_/admin/user', {
  access: 'staff',
  cache: 'never',
  timeout: '2s',
  proof: { href: '/admin/users', words: 'See the accounts' },
  styles: ['admin.css'],
  input: {
    id: z.uuid(),
    /** What was just done here. */
    done: z.enum(['locked', 'unlocked']).optional(),
  },
  load: async ({ id }, ctx) => ({ account: await readAccount(ctx, id), mayAct: ctx.user.role === 'staff' }),

  // Auth keeps who did it, when and why: a second record here could only differ from what was done.
  actions: {
    lock: action(fields, async ({ id, reason }, { ask, user }) => {
      await ask(setAccountLock, { id, reason, locked: true, actor: user.id })
      return redirect(`/admin/users/${id}?done=locked`)
    }),
    unlock: action(fields, async ({ id, reason }, { ask, user }) => {
      await ask(setAccountLock, { id, reason, locked: false, actor: user.id })
      return redirect(`/admin/users/${id}?done=unlocked`)
    }),
  },

  render: ({ account, mayAct }, { input: { done }, post, form }) => (
    <>
      <News done={done} account={account} form={form} />
      <h1>{account.name}</h1>
      <div class="cols">
        <div>
          <AccountFacts account={account} />
        </div>
        <div>{mayAct ? <Lock account={account} post={post} form={form} /> : <Untouched />}</div>
      </div>
    </>
  ),

  fallback: (
    <Late title="Account" level={1} href="/admin/users" step="All accounts">
      The account is taking a moment to show. Nothing about it has changed.
    </Late>
  ),
})

async function readAccount({ ask }: Pick<Request, 'ask'>, id: string): Promise<Account> {
  const { accounts } = await ask(readAccounts, { ids: [id] })
  const [account] = accounts
  if (!account) throw new NotFound('There is no such account.')
  return account
}

interface NewsProps {
  done: 'locked' | 'unlocked' | undefined
  account: Account
  form: FormState
}

/** What came of the last thing that was done here. */
function News({ done, account: { state }, form }: NewsProps): VNode | null {
  const wish = form.action ? WISHES[form.action] : done
  // We look before we say so: an address may be old, and what we were not sure of may have been done.
  const isSo = state === (wish === 'locked' ? 'locked' : 'open')
  if (form.action && !(form.unsure && isSo)) {
    return <ErrorSummary form={form} title={`The account was not ${wish}.`} />
  }
  if (!wish || !isSo) return null
  return wish === 'locked' ? (
    <Notice title="The account is locked.">Its sessions have ended, and nobody can sign in to it.</Notice>
  ) : (
    <Notice title="The account is open again.">Its owner can sign in as before.</Notice>
  )
}

function AccountFacts({ account }: { account: Account }): VNode {
  const { id, email, role, state, createdAt, lastSeenAt } = account
  return (
    <Card id="facts" title="Account">
      <Facts
        facts={[
          ['State', <Status state={state} />],
          ['E-mail', email],
          ['Role', capitalise(role)],
          ['Last sign-in (UTC)', lastSeenAt ? <Minute at={lastSeenAt} zone={false} /> : 'Never'],
          ['Opened (UTC)', <Minute at={createdAt} zone={false} />],
          ['Account number', id],
        ]}
      />
      <p>
        <a href={`/admin/audit?id=${id}`}>What happened to this account</a>
      </p>
    </Card>
  )
}

function Untouched(): VNode {
  return (
    <Card id="lock" title="Lock" loose>
      <p>Auditors see everything here and change nothing.</p>
    </Card>
  )
}

interface LockProps {
  account: Account
  post: { lock: FormTarget; unlock: FormTarget }
  form: FormState
}

function Lock({ account: { id, name, role, state }, post, form }: LockProps): VNode {
  if (role !== 'customer' || state === 'closed') {
    return (
      <Card id="lock" title="Lock" loose>
        <p>{state === 'closed' ? 'This account is closed for good.' : 'Only accounts of customers can be locked.'}</p>
      </Card>
    )
  }
  const lock = state === 'open'
  // What was typed to lock it is no reason to unlock it.
  const typed = form.action === (lock ? 'lock' : 'unlock') ? form : EMPTY_FORM
  return (
    <Card id="lock" title={lock ? 'Lock this account' : 'Unlock this account'}>
      <p>
        {lock
          ? 'Its sessions end at once, and nobody can sign in until it is unlocked. Payments that were sent go on.'
          : 'Its owner can then sign in as before.'}
      </p>
      <form {...(lock ? post.lock : post.unlock)}>
        <Hidden name="id" value={id} />
        <Field
          form={typed}
          name="reason"
          label="Reason"
          hint="It is kept with your name."
          autocomplete="off"
          maxLength={200}
          required
        />
        {lock ? (
          <Island
            of={Confirm}
            when="idle"
            props={{
              button: 'Lock account',
              title: `Lock the account of ${name}?`,
              text: 'Whoever is signed in to it is signed out at once.',
              yes: 'Lock account',
              no: 'Leave it open',
            }}
          />
        ) : (
          <button type="submit" class="button">
            Unlock account
          </button>
        )}
      </form>
    </Card>
  )
}
