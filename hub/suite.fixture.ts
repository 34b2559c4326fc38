/** What every hub promises: the one suite, run against each driver. */
import { suite } from 'uvu'
import { type Ground, openLab } from './lab.fixture.ts'
import { testDelivery } from './suite-delivery.fixture.ts'
import { testFailures } from './suite-failures.fixture.ts'
import { testOperations } from './suite-operations.fixture.ts'
import { suiteTools } from './suite-tools.fixture.ts'

export async function testHub(name: string, openGround: () => Promise<Ground>): Promise<void> {
  const test = suite(name)
  const lab = await openLab(await openGround())
  test.before.each(() => lab.clear())
  test.after.each(() => lab.stopAll())
  test.after(() => lab.close())

  const tools = suiteTools(test, lab)
  testDelivery(tools)
  testFailures(tools)
  testOperations(tools)
  test.run()
}
