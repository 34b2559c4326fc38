/** The budgets of weight hold on every page, and a page that is too heavy would be noticed. */
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Portal, startPortal } from './portal.ts'
import { planVisits } from './visits.ts'
import { BUDGETS, findExcess, weighPage } from './weight.ts'

let portal: Portal

test.before(async () => {
  portal = await startPortal()
})
test.after(() => portal.stop())

test('every page is within its budgets on the wire', async () => {
  const { visits } = await planVisits(portal)
  assert.ok(visits.length >= 14, `${visits.length} pages`)
  const excess: string[] = []
  for (const visit of visits) {
    const weight = await weighPage(portal, visit)
    assert.ok(weight.first > 1_000 && weight.loader > 100, `${visit.route} was weighed`)
    excess.push(...findExcess(weight).map((measure) => `${visit.route}: ${measure} ${weight[measure]}`))
  }
  assert.equal(excess, [])
})

test('what is over a budget is named', () => {
  const light = { first: 14_600, revisit: undefined, script: 0, island: 0, loader: 600, preactUrls: 1 }
  assert.equal(findExcess(light), [])
  assert.equal(findExcess({ ...light, first: BUDGETS.first + 1, preactUrls: 2 }), ['first', 'preactUrls'])
})

test.run()
