/** `npm run dev` as its users have it, on a copy of the repository that a test may change, in a real browser. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { type Answer, ask, makeFolder } from '../bench/portal.ts'
import { openBrowser, openVisitor, type Visitor } from '../journeys/browser.fixture.ts'
import { freePorts } from '../machine/ports.ts'
import { createFragment, readName } from './new.ts'

const ROOT = join(import.meta.dirname, '..')
/** What the portal is made of. */
const FOLDERS = ['fragments', 'layout', 'kit', 'gateway', 'hub', 'nginx', 'machine', 'ssl', 'platform', 'dev', 'bench']
const FILES = ['package.json', 'package-lock.json', 'tsconfig.json', 'biome.json']
const PATIENCE_MS = 60_000

/** A page of the test's own, with a fragment of its own and a field to type into. */
const PAGE = `import { Include, page } from '#kit'
import type { tips } from '../../fragments/tips/fragment.tsx'

export default page('/tips', {
  title: 'Tips',
  access: 'public',
  render: () => (
    <>
      <h1>Tips for everybody</h1>
      <form method="get">
        <label for="note">Note</label>
        <input id="note" name="note" />
        <label for="secret">Secret</label>
        <input id="secret" name="secret" type="password" />
      </form>
      <Include<typeof tips> src="/_/tips/tips" />
    </>
  ),
})
`

export interface Program {
  readonly process: ChildProcess
  output(): string
  /** Resolves when this is printed, or has been since what was last waited for. */
  said(what: RegExp): Promise<string>
  stop(): Promise<void>
}

export interface Development extends Program {
  readonly origin: string
  readonly folder: string
  readonly runDir: string
  get(path: string, headers?: Record<string, string>): Promise<Answer>
}

/** A copy of what the portal is made of, with the same packages and the page `/tips`. */
export function copyRepository(): string {
  const folder = join(makeFolder(), 'copy')
  for (const name of [...FOLDERS, ...FILES]) cpSync(join(ROOT, name), join(folder, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  createFragment(folder, readName('tips'))
  // A machine that runs other tests, too, may take its time; a fallback in the wrong place would fail these.
  edit(folder, 'fragments/tips/tips.tsx', '300ms', '2s')
  writeFileSync(join(folder, 'layout/pages/tips.tsx'), PAGE)
  edit(folder, 'layout/routes.ts', 'export const routes', "import tips from './pages/tips.tsx'\n\nexport const routes")
  edit(folder, 'layout/routes.ts', 'Page[] = [', 'Page[] = [\n  tips,')
  return folder
}

/** Replaces a text of a source file, as an editor does that writes beside and renames. */
export function edit(folder: string, file: string, from: string, to: string): void {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`)
  writeFileSync(`${path}~`, text.replace(from, to))
  renameSync(`${path}~`, path)
}

/** Starts `dev/run.ts` of a copy. */
export function runDev(folder: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(process.execPath, ['--import', './kit/tsx.ts', 'dev/run.ts', ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  let output = ''
  let read = 0
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  return {
    process: child,
    output: () => output,
    async said(what) {
      const deadline = Date.now() + PATIENCE_MS
      for (;;) {
        const found = what.exec(output.slice(read))
        if (found) {
          read += found.index + found[0].length
          return found[0]
        }
        if (Date.now() > deadline) throw new Error(`Nobody said ${what}:\n${output}`)
        await sleep(10)
      }
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await exited
    },
  }
}

/** The whole portal in development, on free ports. Resolves before it is ready: wait for what it says. */
export async function startDevelopment(folder: string, args: readonly string[] = []): Promise<Development> {
  const [port = 0, httpPort = 0] = await freePorts(2)
  const runDir = join(dirname(folder), 'run')
  const env = { HTTPS_PORT: String(port), HTTP_PORT: String(httpPort), RUN_DIR: runDir }
  return {
    ...runDev(folder, args, env),
    origin: `https://localhost:${port}`,
    folder,
    runDir,
    get: (path, headers = {}) => ask(port, 'GET', path, '', headers),
  }
}

interface Suite {
  before(hook: () => Promise<void>): void
  after(hook: () => Promise<void>): void
}

export interface Plan {
  readonly dev: Development
  openVisitor(): Promise<Visitor>
}

/** A copy in development and a browser for all tests of a file. */
export function planDevelopment(suite: Suite): Plan {
  let dev: Development | undefined
  let browser: Browser | undefined
  suite.before(async () => {
    dev = await startDevelopment(copyRepository())
    // The runner keeps quiet about what fails here.
    await dev.said(/^ready .*/m).catch((error: unknown) => {
      console.error(error)
      throw error
    })
    browser = await openBrowser(dev)
  })
  suite.after(async () => {
    await browser?.close()
    await dev?.stop()
    if (dev) removeCopy(dev.folder)
  })
  const begun = () => {
    if (!dev || !browser) throw new Error('It has not begun: ask for it within a test.')
    return { dev, browser }
  }
  return {
    get dev() {
      return begun().dev
    },
    openVisitor() {
      const { dev, browser } = begun()
      return openVisitor(browser, dev)
    },
  }
}

export function removeCopy(folder: string): void {
  rmSync(dirname(folder), { recursive: true, force: true })
}
