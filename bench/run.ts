/** `npm run bench -- NAME`: one bench by its file's name; what follows is for that bench. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const [name = '', ...args] = process.argv.slice(2)
const file = join(import.meta.dirname, `${name}.bench.ts`)
if (!/^[a-z]+$/.test(name) || !existsSync(file)) {
  const names = readdirSync(import.meta.dirname).flatMap((entry) => /^([a-z]+)\.bench\.ts$/.exec(entry)?.[1] ?? [])
  console.error(`Which bench? npm run bench -- ${names.join(' | ')}`)
  process.exit(2)
}
const { run }: { run: (args: readonly string[]) => Promise<boolean> } = await import(file)
process.exit((await run(args)) ? 0 : 1)
