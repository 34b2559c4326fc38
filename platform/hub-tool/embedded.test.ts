import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { openEmbeddedBase, openStage } from './stage.fixture.ts'
import { testTool } from './suite.fixture.ts'

const open = async () => openStage(await openEmbeddedBase())

await testTool('platform/hub-tool on the embedded hub', open, (test, { run, runWith }) => {
  test('setup: there is nothing to set up', async () => {
    const { code, out } = await run('setup')
    assert.is(code, 0)
    assert.match(out, /in the database: there is nothing to set up/)
  })

  test('wrong usage is 2 with one sentence; help is on the other output', async () => {
    const [wrong, help] = await Promise.all([run('tial'), run('--help')])
    assert.is(wrong.code, 2)
    assert.match(wrong.err, /^There is no "tial" here\.\nnpm run hub -- status \| tail \| dlq/)
    assert.is(wrong.out, '')
    assert.is(help.code, 0)
    assert.match(help.out, /redrive and replay change nothing without --go/)
  })

  test('a folder that knows of no hub, and one without keys, are 3', async () => {
    const RUN_DIR = mkdtempSync(join(tmpdir(), 'selvedge-test-'))
    const [none, keyless] = await Promise.all([
      runWith({ RUN_DIR }, 'status'),
      runWith({ RUN_DIR, DATABASE_URL: 'postgres://127.0.0.1:1/x' }, 'status'),
    ])
    rmSync(RUN_DIR, { recursive: true })
    assert.is(none.code, 3)
    assert.match(none.err, /knows of no hub\. Start Selvedge there once/)
    assert.is(keyless.code, 3)
    assert.match(keyless.err, /There are no keys of the hub/)
  })
})
