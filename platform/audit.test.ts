/** `npm run audit`, as scripts call it: what it says, and its exit codes. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { nameHead } from '../fragments/admin/audit.ts'
import { events } from '../fragments/admin/audit-events.ts'
import { readHead } from '../fragments/admin/audit-store.ts'
import { deliverTo } from '../hub/deliver.fixture.ts'

const ROOT = join(import.meta.dirname, '..')
const { db, url, close } = await openTestDatabase({ admin: join(ROOT, 'fragments/admin/migrations') })
const deliver = deliverTo(events, db)
test.after(close)

async function run(args: readonly string[], databaseUrl = url) {
  const env = { ...process.env, DATABASE_URL: databaseUrl }
  const child = spawn(process.execPath, ['--import', './kit/tsx.ts', 'platform/audit.ts', ...args], { cwd: ROOT, env })
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ])
  return { out, err, code }
}

test('a whole log is told with its head, which the next look takes', async () => {
  assert.equal(await run(['verify']), { out: 'The audit log is empty.\n', err: '', code: 0 })
  for (const build of ['1f0c', '2a7e']) await deliver('deploy.released', 'payments', { build })
  const head = nameHead((await readHead(db)) ?? { position: 0, hash: '' })
  assert.equal(await run(['verify', '--head', head.toUpperCase()]), {
    out: `The audit log is whole: 2 rows. Its head: ${head}\n`,
    err: '',
    code: 0,
  })
})

test('what was found is told to people and to programs', async () => {
  await db.query('alter table admin.audit disable trigger all')
  await db.query("update admin.audit set actor = 'nobody' where position = 1")
  const said = await run(['verify', '--head', `3:${'0'.repeat(16)}`])
  assert.is(said.code, 1)
  assert.match(said.out, 'The audit log is not what it was (2 rows):')
  assert.match(said.out, /missing +Row 3 was written down as the newest, and is gone: the newest is 2\./)
  assert.match(said.out, /changed +Row 1 was changed after it was written\./)
  const { out, code } = await run(['verify', '--json'])
  assert.is(code, 1)
  const { whole, rows, findings } = JSON.parse(out)
  assert.equal([whole, rows, findings.length, findings[0].kind, findings[0].position], [false, 2, 1, 'changed', 1])
})

test('what it does not understand, or cannot reach, is no finding', async () => {
  const cases: [args: string[], says: RegExp][] = [
    [[], /What is to be done\?/],
    [['mend'], /What is to be done\?/],
    [['verify', '--loud'], /--loud/],
    [['verify', '--head', '3:abc'], /--head 3:abc is no head/],
  ]
  for (const [args, says] of cases) {
    const { err, code } = await run(args)
    assert.is(code, 2, args.join(' '))
    assert.match(err, says)
  }
  const away = await run(['verify'], 'postgres://127.0.0.1:1/nothing')
  assert.is(away.code, 2)
  assert.match(away.err, 'The database does not answer.')
  assert.is((await run(['--help'])).code, 0)
})

test.run()
