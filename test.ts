/** `npm test [-- WORD…]`: runs every test file, or those whose path holds a word, each in its own process, fast ones first. */
import { spawn } from 'node:child_process'
import { globSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'

const ROOT = import.meta.dirname
const COVERAGE = join(ROOT, 'coverage')
/** Where no tests of ours are. Folders that begin with a dot are not looked into anyway. */
const LEFT_OUT = new Set(['node_modules', 'coverage'])
/** Folders in the order of how long their tests take. What is not named here comes last. */
const ORDER = ['kit', 'layout', 'gateway', 'fragments', 'ssl', 'machine', 'nginx', 'bench', 'journeys']
/** What tests and measures, and is not part of what runs. */
const NO_SOURCES = [
  '**/*.test.{ts,tsx}',
  '**/*.fixture.ts',
  '**/fixture*.ts',
  'bench/**',
  'dev/**',
  'test.ts',
  'coverage/**',
]
/** Lines that tests must have run, in percent. */
const LINES = 80
/** A file that hangs is a failure with a name, not a job that never ends. */
const FILE_LIMIT_MS = 5 * 60_000

interface Result {
  readonly file: string
  readonly passed: number
  readonly failed: number
  readonly output: string
  readonly seconds: number
}

const words = process.argv.slice(2)
const files = testFiles().filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
rmSync(COVERAGE, { recursive: true, force: true })
const results = await runAll(files)
const passed = sum(results.map((result) => result.passed))
const failed = sum(results.map((result) => result.failed))
const covered = words.length > 0 || (await checkCoverage())
if (results.length === 0) console.error(`No test file matches ${words.join(' ')}.`)
console.log(`\n${passed} passed, ${failed + (covered ? 0 : 1)} failed`)
process.exitCode = failed === 0 && covered && passed > 0 ? 0 : 1

function testFiles(): string[] {
  const rank = (file: string) => {
    const index = ORDER.indexOf(file.split('/')[0] ?? '')
    return index < 0 ? ORDER.length : index
  }
  return globSync('**/*.test.{ts,tsx}', { cwd: ROOT, exclude: (path) => LEFT_OUT.has(basename(path)) }).sort(
    (a, b) => rank(a) - rank(b) || a.localeCompare(b),
  )
}

async function runAll(queue: readonly string[]): Promise<Result[]> {
  const waiting = [...queue]
  const done: Result[] = []
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runFile(file)
      done.push(result)
      report(result)
    }
  }
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker))
  return done
}

function runFile(file: string): Promise<Result> {
  const started = performance.now()
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', './kit/tsx.ts', file], {
      cwd: ROOT,
      env: { ...process.env, NODE_V8_COVERAGE: join(COVERAGE, 'raw') },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const collect = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    const timer = setTimeout(() => {
      output += `\nEnded after ${FILE_LIMIT_MS / 1_000} s without an end of its own.\n`
      child.kill('SIGKILL')
    }, FILE_LIMIT_MS)
    child.on('close', (code) => {
      clearTimeout(timer)
      resolve({ file, output, seconds: (performance.now() - started) / 1_000, ...count(output, code) })
    })
  })
}

/** Counts what uvu says has run. A file that ends badly, or that ran nothing, has failed once at least. */
function count(output: string, code: number | null): { passed: number; failed: number } {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of the terminal.
  const text = output.replace(/\u001b\[\d+m/g, '')
  const total = sum(Array.from(text.matchAll(/^\s*Total:\s+(\d+)/gm), ([, number]) => Number(number)))
  const passed = sum(Array.from(text.matchAll(/^\s*Passed:\s+(\d+)/gm), ([, number]) => Number(number)))
  // A skipped test has not passed: it counts as failed until it runs.
  const failed = total - passed
  return { passed, failed: failed === 0 && (code !== 0 || total === 0) ? 1 : failed }
}

function report({ file, passed, failed, output, seconds }: Result): void {
  console.log(
    `${failed ? '✗' : '✓'} ${file}  ${passed} passed${failed ? `, ${failed} failed` : ''}  ${seconds.toFixed(1)} s`,
  )
  if (failed) console.log(output.replace(/^/gm, '    '))
}

/** Of every source file: one that no test has loaded counts as all its lines not run. */
function checkCoverage(): Promise<boolean> {
  const args = ['report', '--temp-directory', join(COVERAGE, 'raw'), '--reporter', 'text', '--reporter', 'lcov']
  args.push('--check-coverage', '--lines', String(LINES), '--all', '--exclude-after-remap')
  for (const extension of ['.ts', '.tsx']) args.push('--extension', extension)
  for (const pattern of NO_SOURCES) args.push('--exclude', pattern)
  return new Promise((resolve) => {
    spawn(join(ROOT, 'node_modules/.bin/c8'), args, { cwd: ROOT, stdio: 'inherit' }).on('close', (code) =>
      resolve(code === 0),
    )
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
