/** Who may see and change what: every page, fragment and endpoint there is, asked by everybody through the real edge. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Access } from '#kit/context.ts'
import type { InputPattern } from '#kit/input.ts'
import { loadMfes } from '../fragments/definitions.ts'
import { routes } from '../layout/routes.ts'
import { type Asker, type Composition, openComposition } from './composition.fixture.ts'

const PEOPLE = ['stranger', 'customer', 'staff', 'auditor'] as const
type Person = (typeof PEOPLE)[number]
type Intent = 'see' | 'change'
type Verdict = 'may' | 'must sign in' | 'may not'

/** The rule that all below follows from. */
function judge(access: Access, person: Person, intent: Intent): Verdict {
  if (access === 'public') return 'may'
  if (person === 'stranger') return 'must sign in'
  if (access === 'staff' && person === 'auditor' && intent === 'see') return 'may'
  return person === access ? 'may' : 'may not'
}

/** A change is asked for with a field that nothing knows: whoever may is refused for that, and nothing is done. */
const STATUS: Record<'page' | 'fragment' | 'endpoint', Record<Intent, Record<Verdict, number>>> = {
  page: {
    see: { may: 200, 'must sign in': 303, 'may not': 403 },
    change: { may: 422, 'must sign in': 303, 'may not': 403 },
  },
  fragment: {
    see: { may: 200, 'must sign in': 401, 'may not': 403 },
    change: { may: 422, 'must sign in': 401, 'may not': 403 },
  },
  endpoint: {
    see: { may: 200, 'must sign in': 401, 'may not': 403 },
    change: { may: 400, 'must sign in': 401, 'may not': 403 },
  },
}

/** What answers otherwise, and why. */
const OTHERWISE: Readonly<Record<string, number>> = {
  // For everybody, since its answer to a stranger is that nobody is signed in.
  'stranger GET /api/session': 401,
  // For whoever is signed in, in any role: auth looks at that itself.
  'stranger GET /_/auth/password': 401,
  'stranger POST /_/auth/password?action=auth/password.change': 401,
}

/** Something that fits any input so far; the id is nobody's and nothing's. */
const SAMPLES = ['00000000-0000-4000-8000-000000000000', '1', 'EUR', '2026-01', 'x']

/** Rates have tests of their own (`nginx/limits.test.ts`), and would make this one wait for a minute. */
const UNLIMITED = { limits: 'off' } as const

const LOOKS = 4

interface Place {
  readonly kind: keyof typeof STATUS
  readonly intent: Intent
  readonly method: string
  /** With values for what it requires. */
  readonly address: string
  readonly access: Access
  /** Of the page that an action is on: who may not see that cannot reach it. */
  readonly page?: Access
  /** It asks for a particular thing, which may not be there for who may see it. */
  readonly particular: boolean
}

interface Row {
  readonly asked: string
  readonly expected: readonly number[]
  readonly status: number
  readonly right: boolean
}

const mfes = await loadMfes()
const fragments = mfes.flatMap((mfe) => mfe.fragments)

let composition: Composition
let places: readonly Place[]

test.before(async () => {
  composition = await openComposition()
  places = [...listPages(), ...listFragments(), ...listEndpoints()]
})
test.after(() => composition?.close())

test('everybody sees and changes what is theirs, and nothing else', async () => {
  await composition.run({ name: 'inside', edge: UNLIMITED }, async (asker) => {
    const cookies = await signEverybodyIn(asker)
    const rows: Row[] = []
    for (const place of places) {
      for (const person of PEOPLE) rows.push(await askPlace(asker, place, person, cookies[person]))
    }
    assert.ok(
      rows.every(({ right }) => right),
      printTable(rows),
    )
    for (const { route } of fragments) {
      for (const person of PEOPLE) {
        const { status } = await asker.send('GET', route.replace('/_/', '/_i/'), { cookie: cookies[person] })
        assert.is(status, 404, `${person} ${route}: only includes may ask this`)
      }
    }
  })
})

test('the table has all of it', () => {
  assert.is(places.filter(({ kind, intent }) => kind === 'page' && intent === 'see').length, routes.length)
  assert.is(places.filter(({ kind, intent }) => kind === 'fragment' && intent === 'see').length, fragments.length)
  assert.is(places.filter(({ kind }) => kind === 'endpoint').length, mfes.flatMap(({ endpoints }) => endpoints).length)
  for (const { mfe, name, actions } of fragments) {
    for (const action of actions) {
      const address = `action=${mfe}/${name}.${action}`
      const kinds = places.filter((place) => place.address.endsWith(address)).map(({ kind }) => kind)
      assert.ok(kinds.includes('fragment') && kinds.includes('page'), `${address} is on no page`)
    }
  }
})

test('from outside the staff networks there is nothing for staff, and all the rest', async () => {
  await composition.run({ name: 'outside', edge: { ...UNLIMITED, staffNetworks: ['10.0.0.0/8'] } }, async (asker) => {
    const cookie = await asker.signIn('admin@example.com')
    const rows: Row[] = []
    for (const place of places) {
      const row = await askPlace(asker, place, 'staff', cookie)
      const forStaff = place.access === 'staff' || place.page === 'staff'
      rows.push(forStaff ? { ...row, expected: [403], right: row.status === 403 } : row)
    }
    assert.ok(
      rows.every(({ right }) => right),
      printTable(rows),
    )
  })
})

function* listPages(): Generator<Place> {
  for (const { route, access, inputs } of routes) {
    const needed = inputs.filter(({ required }) => required)
    const path = needed.reduce((filled, input) => filled.replace(`:${input.name}`, sampleOf(input)), route)
    const address = withQuery(
      path,
      needed.filter((input) => input.in === 'query'),
    )
    const place = { kind: 'page', access, address, particular: needed.length > 0 } as const
    yield { ...place, intent: 'see', method: 'GET' }
    const page = composition.site.pages.find((one) => one.route === route)
    for (const include of new Set(page?.includes.map(({ fragment }) => fragment))) {
      yield* listActions(include, { ...place, page: access })
    }
  }
}

function* listFragments(): Generator<Place> {
  for (const { route, access, inputs } of fragments) {
    const needed = inputs.filter(({ required }) => required)
    const place = {
      kind: 'fragment',
      access,
      address: withQuery(route, needed),
      particular: needed.length > 0,
    } as const
    yield { ...place, intent: 'see', method: 'GET' }
    yield* listActions(route, place)
  }
}

function* listActions(route: string, place: Omit<Place, 'intent' | 'method'>): Generator<Place> {
  const fragment = fragments.find((one) => one.route === route)
  for (const action of fragment?.actions ?? []) {
    const address = withPair(place.address, `action=${fragment?.mfe}/${fragment?.name}.${action}`)
    yield { ...place, access: fragment?.access ?? place.access, address, intent: 'change', method: 'POST' }
  }
}

function* listEndpoints(): Generator<Place> {
  for (const { method, path, access, inputs } of mfes.flatMap(({ endpoints }) => endpoints)) {
    const needed = inputs.filter(({ required }) => required)
    const filled = needed.reduce((text, input) => text.replace(`:${input.name}`, sampleOf(input)), path)
    const query = needed.filter(({ name }) => !path.includes(`:${name}`))
    const intent = method === 'GET' ? 'see' : 'change'
    const asked = withQuery(filled, query)
    const address = intent === 'see' ? asked : withPair(asked, 'unheard=1')
    yield { kind: 'endpoint', intent, method, address, access, particular: needed.length > 0 }
  }
}

function withQuery(path: string, inputs: readonly InputPattern[]): string {
  return inputs.reduce((address, input) => withPair(address, `${input.name}=${sampleOf(input)}`), path)
}

function withPair(address: string, pair: string): string {
  return `${address}${address.includes('?') ? '&' : '?'}${pair}`
}

function sampleOf({ name, pattern }: InputPattern): string {
  const sample = [...SAMPLES, ...pattern.split('|')].find((text) => new RegExp(`^(?:${pattern})$`).test(text))
  if (sample !== undefined) return sample
  throw new Error(`Nothing in SAMPLES fits the input "${name}" (${pattern}). Add something that does.`)
}

function expectedFor({ kind, intent, method, address, access, page, particular }: Place, person: Person): number[] {
  const onPage = page === undefined ? 'may' : judge(page, person, 'see')
  const verdict = onPage === 'may' ? judge(access, person, intent) : onPage
  const status = OTHERWISE[`${person} ${method} ${address}`] ?? STATUS[kind][intent][verdict]
  return verdict === 'may' && particular ? [status, 404] : [status]
}

async function askPlace(asker: Asker, place: Place, person: Person, cookie: string): Promise<Row> {
  const { kind, intent, method, address } = place
  const headers: Record<string, string> = cookie ? { cookie } : {}
  let body: string | undefined
  if (intent === 'change') {
    body = kind === 'endpoint' ? '{}' : 'unheard=1'
    headers['content-type'] = kind === 'endpoint' ? 'application/json' : 'application/x-www-form-urlencoded'
  }
  let answer = await asker.send(method, address, headers, body)
  // Late on a busy machine: that says nothing about who may.
  for (let look = 1; answer.status >= 500 && look < LOOKS; look++) {
    answer = await asker.send(method, address, headers, body)
  }
  const { status } = answer
  const expected = expectedFor(place, person)
  const leads = status !== 303 || answer.headers.location?.startsWith('/sign-in?next=') === true
  return { asked: `${person} ${method} ${address}`, expected, status, right: expected.includes(status) && leads }
}

async function signEverybodyIn(asker: Asker): Promise<Record<Person, string>> {
  return {
    stranger: '',
    customer: await asker.signIn('alice@example.com'),
    staff: await asker.signIn('admin@example.com'),
    auditor: await asker.signIn('auditor@example.com'),
  }
}

function printTable(rows: readonly Row[]): string {
  const lines = rows.map(({ asked, expected, status, right }) =>
    right ? `     ${status}  ${asked}` : `  !  ${status}  ${asked}: should be ${expected.join(' or ')}`,
  )
  return `${rows.filter(({ right }) => !right).length} of ${rows.length} answers are wrong:\n${lines.join('\n')}`
}

test.run()
