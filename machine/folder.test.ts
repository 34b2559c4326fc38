import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { openRunFolder, socketPath } from './folder.ts'
import { withScratch } from './scratch.ts'

const folder = suite('machine/folder')
const root = process.getuid?.() === 0

folder(
  'the socket folder is short, closed to others, and found again',
  withScratch(({ folder, run }) => {
    assert.is(lstatSync(run.sockets).mode & 0o777, 0o700)
    assert.is(lstatSync(run.sockets).uid, run.user?.uid ?? process.getuid?.())
    assert.equal(openRunFolder({ RUN_DIR: join(folder, 'run') }), run)
    assert.ok(socketPath(run, 'payments.sock').length < 80)
  }),
)

folder(
  'a socket folder that is a symbolic link is refused',
  withScratch(({ folder, run }) => {
    mkdirSync(join(folder, 'elsewhere'), { mode: 0o700 })
    rmSync(run.sockets, { recursive: true })
    symlinkSync(join(folder, 'elsewhere'), run.sockets)
    assert.throws(() => openRunFolder({ RUN_DIR: run.path }), /not a folder that only we can enter/)
  }),
)

folder(
  'a socket folder that others can enter is refused',
  withScratch(({ run }) => {
    chmodSync(run.sockets, 0o755)
    assert.throws(() => openRunFolder({ RUN_DIR: run.path }), /only we can enter.*rm -r/)
  }),
)

folder(
  'a socket path the system would cut off is refused',
  withScratch(({ run }) => {
    assert.throws(() => socketPath(run, 'x'.repeat(100)), /longer than 10[37] bytes.*TMPDIR/)
  }),
)

folder(
  'a temporary folder with a long name is not used for sockets',
  withScratch(({ folder, run, later }) => {
    const before = { TMPDIR: process.env.TMPDIR ?? '/tmp' }
    later(() => Object.assign(process.env, before))
    process.env.TMPDIR = join(folder, 'n'.repeat(90))
    mkdirSync(process.env.TMPDIR)
    assert.is(openRunFolder({ RUN_DIR: run.path }).sockets, `/tmp/${basename(run.sockets)}`)
  }),
)

folder(
  'a RUN_DIR that is a file, or a link to nowhere, is refused',
  withScratch(({ folder }) => {
    writeFileSync(join(folder, 'file'), '')
    symlinkSync(join(folder, 'gone'), join(folder, 'link'))
    assert.throws(() => openRunFolder({ RUN_DIR: join(folder, 'file') }), /is a file/)
    assert.throws(() => openRunFolder({ RUN_DIR: join(folder, 'link') }), /points nowhere/)
  }),
)

if (root) {
  folder(
    'as root, a RUN_DIR in a closed folder really lives where the unprivileged user can go',
    withScratch(({ folder, later }) => {
      const closed = join(folder, 'closed')
      mkdirSync(closed, { mode: 0o700 })
      const asked = join(closed, '.run')
      const run = openRunFolder({ RUN_DIR: asked })
      later(() =>
        [run.path, `${run.path}.old`, run.sockets].map((path) => rmSync(path, { recursive: true, force: true })),
      )

      assert.match(run.path, /^\/var\/lib\/selvedge\/[0-9a-f]{8}$/)
      assert.is(readlinkSync(asked), run.path)
      assert.is(openRunFolder({ RUN_DIR: asked }).path, run.path)
      assert.ok(canWrite(run.user?.uid, join(run.path, 'x')) === false, 'the user must not write where we keep pids')

      writeFileSync(join(run.path, 'old'), '')
      rmSync(asked)
      assert.not(lstatSync(join(openRunFolder({ RUN_DIR: asked }).path, 'old'), { throwIfNoEntry: false }))
      assert.is(realpathSync(asked), run.path)
    }),
  )

  folder(
    'as root, a RUN_DIR that holds files and cannot be entered is refused, one of another user too',
    withScratch(({ folder, run }) => {
      const closed = join(folder, 'mine')
      mkdirSync(closed, { mode: 0o700 })
      writeFileSync(join(closed, 'file'), '')
      assert.throws(() => openRunFolder({ RUN_DIR: closed }), /cannot enter RUN_DIR.*not empty/)
      spawnSync('chown', ['-R', String(run.user?.uid), closed])
      assert.throws(() => openRunFolder({ RUN_DIR: closed }), /belongs to uid \d+, not to you/)
    }),
  )
}

function canWrite(uid: number | undefined, path: string): boolean {
  return spawnSync('touch', [path], { uid, gid: uid }).status === 0
}

folder.run()
