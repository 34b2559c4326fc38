/** `npm run bench -- weight`: bytes on the wire of every page against the budgets of DESIGN §8. */
import { type Portal, startPortal } from './portal.ts'
import { table } from './table.ts'
import { planVisits } from './visits.ts'
import { BUDGETS, findExcess, MEASURES, type Measure, type PageWeight, weighPage } from './weight.ts'

const NAMES: Readonly<Record<Measure, string>> = {
  first: 'first view',
  revisit: 'unchanged',
  script: 'its script',
  island: 'island',
  loader: 'loader',
  preactUrls: 'Preact URLs',
}

export async function run(): Promise<boolean> {
  const portal = await startPortal()
  try {
    return await weighAll(portal)
  } finally {
    await portal.stop()
  }
}

async function weighAll(portal: Portal): Promise<boolean> {
  const { visits } = await planVisits(portal)
  const weights: PageWeight[] = []
  for (const visit of visits) weights.push(await weighPage(portal, visit))
  const head = ['page', ...MEASURES.map((measure) => `${NAMES[measure]} ≤ ${BUDGETS[measure]}`)]
  const rows = weights.map((weight) => [weight.route, ...MEASURES.map((measure) => tell(weight, measure))])
  console.log(table(head, rows))
  const missed = weights.flatMap(findExcess).length
  const verdict = missed ? `${missed} budgets MISSED` : 'all budgets met'
  console.log(`\nbytes on the wire over HTTP/2 and TLS, after the handshake: ${verdict}`)
  return missed === 0
}

function tell(weight: PageWeight, measure: Measure): string {
  const value = weight[measure]
  if (value === undefined) return 'sent again'
  return findExcess(weight).includes(measure) ? `${value} !` : `${value}`
}
