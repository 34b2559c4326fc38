/**
 * Any MFE can be away, and the rest of every page stands. Away is its process: pages that name a fragment which is not
 * even defined do not compile, by intention (`describeSite`), since nobody should find that out in production.
 */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checkAccess } from '#kit/fragment.ts'
import type { SiteFragment, SiteInclude, SitePage } from '#kit/site.ts'
import { loadMfes } from '../fragments/definitions.ts'
import type { Answer } from '../nginx/fixture.client.ts'
import { type Asker, type Composition, openComposition } from './composition.fixture.ts'

const PEOPLE = {
  stranger: { email: undefined, user: undefined },
  customer: { email: 'alice@example.com', user: { id: 'a', name: 'Alice', role: 'customer', session: 'a' } },
  staff: { email: 'admin@example.com', user: { id: 's', name: 'Ines', role: 'staff', session: 's' } },
  auditor: { email: 'auditor@example.com', user: { id: 'u', name: 'Auditor', role: 'auditor', session: 'u' } },
} as const
type Person = keyof typeof PEOPLE

/** What pages about one thing are asked for: an account that is there, so that its page has something to show. */
const ALICE = 'a11ce000-0000-4000-8000-000000000001'
const LOOKS = 4
const WHOLE = /<header class="top">.*<main .*<\/main>.*<footer>.*<\/html>/s

/** A page as somebody sees it. */
interface Seen {
  readonly page: SitePage
  readonly text: string
  readonly absent: string | undefined
  readonly ask: (address: string) => Promise<Answer>
}

const mfes = await loadMfes()
const cookies = new Map<Person, string>()
let composition: Composition

test.before(async () => {
  composition = await openComposition()
})
test.after(() => composition?.close())

test('with all of them, every page is whole', async () => {
  await composition.run({ name: 'whole' }, async (asker) => {
    for (const person of ['customer', 'staff', 'auditor'] as const) {
      cookies.set(person, await asker.signIn(PEOPLE[person].email))
    }
    assert.equal(await findFaults(asker, undefined), [])
  })
})

for (const { name, fragments } of mfes) {
  if (fragments.length === 0) continue
  test(`without ${name}, the rest of every page stands`, async () => {
    await composition.run({ name, without: name }, async (asker) => {
      assert.equal(await findFaults(asker, name), [])
    })
  })
}

/** What is not as it should be, on every page, for everybody who may see it. */
async function findFaults(asker: Asker, absent: string | undefined): Promise<string[]> {
  const faults: string[] = []
  for (const [person, page] of visits()) {
    let found = await inspectPage(asker, person, page, absent)
    // On a busy machine a fragment may be late, and shows its fallback rightly: only what stays is a fault.
    for (let look = 1; found.length > 0 && look < LOOKS; look++) found = await inspectPage(asker, person, page, absent)
    faults.push(...found)
  }
  return faults
}

/** Every page with everybody who may see it. */
function* visits(): Generator<[Person, SitePage]> {
  for (const page of composition.site.pages) {
    for (const person of ['stranger', 'customer', 'staff', 'auditor'] as const) {
      if (maySee(page, person)) yield [person, page]
    }
  }
}

async function inspectPage(
  asker: Asker,
  person: Person,
  page: SitePage,
  absent: string | undefined,
): Promise<string[]> {
  const ask = (address: string) => asker.send('GET', address, headersOf(person))
  const address = page.route.replace(/:\w+/g, ALICE)
  const { status, text } = await ask(address)
  const seen: Seen = { page, text, absent, ask }
  const faults: string[] = []
  const expected = await expectStatus(seen)
  if (status !== expected) faults.push(`${status} instead of ${expected}`)
  if (!WHOLE.test(text)) faults.push('the page around is not whole')
  for (const include of page.includes.filter((one) => maySee(fragmentOf(one), person))) {
    if (!(await isAsItShould(include, seen))) faults.push(`${include.fragment} is not as it should be`)
  }
  return faults.map((fault) => `${address} as ${person}: ${fault}`)
}

/** What answers for the page gives its status: 503 when it is away, its own otherwise. */
async function expectStatus({ page, absent, ask }: Seen): Promise<number> {
  const primary = page.includes.find((include) => include.primary)
  if (!primary) return 200
  return fragmentOf(primary).mfe === absent ? 503 : (await ask(addressOf(primary, page))).status
}

/** On the page as it answers when asked alone, or its fallback where it is away, or may ask who is away. */
async function isAsItShould(include: SiteInclude, { page, text, absent, ask }: Seen): Promise<boolean> {
  const fragment = fragmentOf(include)
  const fellBack = fragment.fallback !== '' && text.includes(fragment.fallback)
  if (fragment.mfe === absent) return fellBack || fragment.fallback === ''
  const alone = await ask(addressOf(include, page))
  // What it refuses to show is told in its place as well.
  if (alone.status < 500) return !fellBack && outline(text).includes(outline(alone.text))
  return absent !== undefined && asks(fragment, absent) && fellBack
}

/** Whether one of the absent MFE's contracts names the fragment's MFE as a caller. */
function asks({ mfe }: SiteFragment, absent: string): boolean {
  const provider = mfes.find(({ name }) => name === absent)
  return provider?.provisions.some(({ callers }) => callers.includes(mfe)) === true
}

/** The elements alone: keys of forms, rates and times may differ between two answers. */
function outline(html: string): string {
  return Array.from(html.matchAll(/<(\/?[a-z][a-z0-9-]*)/g), ([, name]) => name).join(' ')
}

function addressOf({ fragment, params }: SiteInclude, { inputs }: SitePage): string {
  const inPath = inputs.filter((input) => input.in === 'path').map(({ name }) => name)
  const query = Object.entries(params).flatMap(([name, given]) => {
    const value = 'value' in given ? given.value : inPath.includes(given.input) ? ALICE : ''
    return value ? [`${name}=${encodeURIComponent(value)}`] : []
  })
  return query.length ? `${fragment}?${query.join('&')}` : fragment
}

function headersOf(person: Person): Record<string, string> {
  const cookie = cookies.get(person)
  return cookie ? { cookie } : {}
}

function fragmentOf({ fragment }: SiteInclude): SiteFragment {
  const found = composition.site.fragments.find(({ route }) => route === fragment)
  if (!found) throw new Error(`There is no ${fragment}.`)
  return found
}

function maySee({ access }: Pick<SitePage, 'access'>, person: Person): boolean {
  try {
    checkAccess(access, PEOPLE[person].user)
    return true
  } catch {
    return false
  }
}

test.run()
