import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Run, socketPath } from './folder.ts'
import { bornAt, identifySelf, isRunning, membersOf } from './identity.ts'
import { holdRun } from './lock.ts'
import { endOrphans, endProcesses } from './orphans.ts'
import { accepts, freePorts } from './ports.ts'
import { startProcess } from './process.ts'
import { readRecords } from './record.ts'
import { runApart, type Scratch, withScratch } from './scratch.ts'

const processes = suite('machine/process')

processes(
  'a child runs as the unprivileged user, writes a log, and stops when asked',
  withScratch(async ({ run, later }) => {
    const child = await startShell(run, 'id -u; echo up; exec sleep 60')
    later(child.stop)
    assert.is(readRecords(run).get('child')?.pid, child.pid)
    await child.stop()
    assert.is(await child.ended, undefined)
    assert.is(bornAt(child.pid), undefined)
    assert.is(readRecords(run).size, 0)
    assert.is(readFileSync(logOf(run), 'utf8'), `${run.user?.uid ?? process.getuid?.()}\nup\n`)
  }),
)

processes(
  'a child that ends by itself is reported with the end of its log',
  withScratch(async ({ run, later }) => {
    const child = await startShell(run, 'echo up; sleep 0.2; echo disk on fire; exit 3')
    later(child.stop)
    assert.match(
      (await child.ended)?.message ?? '',
      /child ended with code 3\. The end of .*child\.log:\nup\ndisk on fire/,
    )
  }),
)

processes(
  'a child that ends, hangs, or does not exist before it is ready is an error, and leaves nothing',
  withScratch(async ({ run }) => {
    await rejects(startShell(run, 'echo bad config; exit 1'), /ended with code 1.*bad config/s)
    await rejects(startShell(run, 'echo wait; sleep 60', { readyWithin: 200 }), /not ready within 0\.2 s.*wait/s)
    const ready = () => true
    await rejects(startProcess({ run, name: 'child', command: '/no/such', args: [], ready }), /could not be started/)
    assert.is(readRecords(run).size, 0)
  }),
)

processes(
  'a child that ignores the signal is killed, its workers too',
  withScratch(async ({ run, later }) => {
    const child = await startShell(run, 'trap "" TERM; sleep 60 & echo up; while true; do sleep 60; done', {
      stopWithin: 200,
    })
    later(child.stop)
    assert.ok(membersOf(child.pid).length >= 2)
    await child.stop()
    await endProcesses([], 'SIGTERM')
    assert.equal(membersOf(child.pid), [])
  }),
)

processes(
  'a second start is refused while the first lives, and not after it was killed',
  withScratch(async (scratch) => {
    const first = await runApart(scratch, `${opened} holdRun(run); console.log('held'); setInterval(() => {}, 1000)`)
    assert.is(first.line, 'held')
    assert.throws(() => holdRun(scratch.run), new RegExp(`in use by process ${first.pid}\\b.*RUN_DIR=`))
    await first.kill()
    const release = holdRun(scratch.run)
    assert.throws(() => holdRun(scratch.run), new RegExp(`in use by process ${process.pid}\\b`))
    release()
    holdRun(scratch.run)()
  }),
)

processes(
  'a lock with the number of a stranger is stale',
  withScratch(({ run }) => {
    writeFileSync(join(run.path, 'lock'), JSON.stringify({ pid: process.pid, born: 'long ago' }))
    holdRun(run)()
  }),
)

processes(
  'what a killed start left is ended: the leader with its workers, and workers whose leader is gone',
  withScratch(async (scratch) => {
    const { run } = scratch
    for (const leaderDies of [false, true]) {
      const pid = await leaveOrphan(scratch)
      const group = membersOf(pid)
      assert.ok(group.length >= 2)
      if (leaderDies) await endProcesses([{ pid, born: bornAt(pid) ?? '' }], 'SIGTERM', 0)
      assert.is(membersOf(pid).length, leaderDies ? group.length - 1 : group.length)
      assert.is((await endOrphans(run)).includes('child'), !leaderDies)
      assert.equal(membersOf(pid), [])
      assert.is(readRecords(run).size, 0)
    }
  }),
)

processes(
  'a worker that left the group of its killed leader is ended too',
  withScratch(async (scratch) => {
    const pid = await leaveOrphan(scratch, 'setsid -f sleep 63; sleep 61 & sleep 62 & echo up; wait')
    await endProcesses([{ pid, born: bornAt(pid) ?? '' }], 'SIGTERM', 0)
    const ended = await endOrphans(scratch.run)
    if (process.platform === 'linux') assert.is(ended.filter((one) => /^sleep \(\d+\)$/.test(one)).length, 3)
  }),
)

processes(
  'a stranger that got the number of a child is left alone',
  withScratch(async (scratch) => {
    const { run } = scratch
    const stranger = await runApart(scratch, 'console.log(1); setInterval(() => {}, 1000)')
    const self = identifySelf()
    const note = { pid: stranger.pid, born: 'long ago', program: process.execPath, signal: 'SIGTERM' }
    writeFileSync(join(run.path, 'pids', 'child'), JSON.stringify(note))
    writeFileSync(join(run.path, 'pids', 'torn'), '{"pid": 1')
    assert.equal(await endOrphans(run), [])
    assert.ok(bornAt(stranger.pid))
    assert.ok(isRunning(self))
    assert.is(readRecords(run).size, 0)
  }),
)

processes(
  'stale sockets are removed, other files stay',
  withScratch(async (scratch) => {
    const { run } = scratch
    const path = socketPath(run, 'old.sock')
    const code = `${opened} createServer().listen('${path}', () => console.log('up'))`
    const owner = await runApart(scratch, `import { createServer } from 'node:net'; ${code}`)
    assert.ok(await accepts({ path }))
    await owner.kill()
    writeFileSync(join(run.sockets, 'note'), '')
    assert.not(await accepts({ path }))
    await endOrphans(run)
    assert.not(existsSync(path))
    assert.ok(existsSync(join(run.sockets, 'note')))
  }),
)

processes('free ports are free and differ', async () => {
  const ports = await freePorts(20)
  assert.is(new Set(ports).size, 20)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(ports[0], '127.0.0.1', resolve))
  assert.ok(await accepts({ port: ports[0] ?? 0, host: '127.0.0.1' }))
  server.close()
})

const opened = `
  import { openRunFolder } from './folder.ts'
  import { holdRun } from './lock.ts'
  import { startProcess } from './process.ts'
  const run = openRunFolder();`

async function leaveOrphan(scratch: Scratch, script = 'sleep 61 & sleep 62 & echo up; wait'): Promise<number> {
  const started = await runApart(
    scratch,
    `${opened} const args = ['-c', '${script}']
     const child = await startProcess({ run, name: 'child', command: '/bin/bash', args, ready: () => true })
     console.log(child.pid); setInterval(() => {}, 1000)`,
  )
  const pid = Number(started.line)
  scratch.later(() => endOrphans(scratch.run))
  while (membersOf(pid).length < 3) await new Promise((resolve) => setTimeout(resolve, 5))
  await started.kill()
  return pid
}

function startShell(run: Run, script: string, more: { readyWithin?: number; stopWithin?: number } = {}) {
  const ready = () => readFileSync(logOf(run), 'utf8').includes('up\n')
  return startProcess({ run, name: 'child', command: '/bin/sh', args: ['-c', script], as: run.user, ready, ...more })
}

function logOf(run: Run): string {
  return join(run.path, 'logs', 'child.log')
}

async function rejects(promise: Promise<unknown>, expected: RegExp): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assert.instance(error, Error)
  assert.match(String(error), expected)
}

processes.run()
