import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openRunFolder, type Run } from './folder.ts'

export type Scratch = {
  folder: string
  run: Run
  /** Runs at the end whatever happened, the last first. */
  later: (undo: () => unknown) => void
}

/** A run folder of a test's own; what the test hands to `later` is undone and the folders are removed at its end. */
export function withScratch(test: (scratch: Scratch) => Promise<void> | void): () => Promise<void> {
  return async () => {
    const folder = mkdtempSync('/tmp/selvedge-test-')
    chmodSync(folder, 0o755)
    const run = openRunFolder({ RUN_DIR: join(folder, 'run') })
    const undos: (() => unknown)[] = [() => removeAll(folder, run.sockets)]
    try {
      await test({ folder, run, later: (undo) => undos.unshift(undo) })
    } finally {
      for (const undo of undos) await undo()
    }
  }
}

/** Runs a module's text in a process of its own, with this folder's modules at hand; resolves with its first line. */
export async function runApart(
  scratch: Scratch,
  code: string,
): Promise<{ pid: number; line: string; kill: () => Promise<void> }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: import.meta.dirname,
    env: { ...process.env, RUN_DIR: join(scratch.folder, 'run') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  scratch.later(kill)
  // An exit is never taken for a line: tests send signals to the number they read there.
  const said: unknown[] = await Promise.race([once(child.stdout, 'data'), exited.then(() => [])])
  const line = Buffer.isBuffer(said[0]) ? said[0].toString().trim() : ''
  if (!child.pid || !line)
    throw new Error('The process of this test ended before it said anything; see its error above')
  return { pid: child.pid, line, kill }
}

function removeAll(...folders: string[]): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}
