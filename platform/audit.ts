/** `npm run audit -- verify`: looks through the audit log. `npm run audit -- --help` says more. */
import { resolve } from 'node:path'
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { readConfig } from '#kit/config.ts'
import { openDatabase } from '#kit/database.ts'
import { type Head, nameHead } from '../fragments/admin/audit.ts'
import { type Verdict, verify } from '../fragments/admin/audit-verify.ts'
import { openRunFolder } from '../machine/folder.ts'
import { databaseUrl } from '../machine/postgres.ts'

const HELP = `npm run audit -- verify                       finds rows of the audit log that were changed, removed, added or moved
               --head POSITION:HASH       also against a head that was written down, as /admin/audit shows it
               --json                     the same for programs

It looks at the run of RUN_DIR (.run), or at DATABASE_URL, and changes nothing.
Exit codes: 0 nothing was found, 1 something was found, 2 it could not look.`

const OPTIONS = {
  head: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig

/** Reading all of a long log takes its time. */
const STATEMENT_MS = 600_000

const FOUND = 1
const COULD_NOT = 2

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const [command, ...others] = positionals
  if (command !== 'verify' || others.length > 0) throw new Error(`What is to be done?\n${HELP}`)
  const verdict = await look(values.head === undefined ? undefined : readWritten(values.head))
  console.log(values.json ? JSON.stringify(verdict) : describe(verdict))
  return verdict.whole ? 0 : FOUND
}

/** `120:3fa9c1d2e4b50a77`: fewer digits would be too easy to meet. */
function readWritten(text: string): Head {
  const [, position = '', hash = ''] = /^([1-9][0-9]{0,14}):([0-9a-f]{16,64})$/i.exec(text) ?? []
  if (hash) return { position: Number(position), hash: hash.toLowerCase() }
  throw new Error(`--head ${text} is no head. Write it as /admin/audit shows it, such as 120:3fa9c1d2e4b50a77.`)
}

async function look(written: Head | undefined): Promise<Verdict> {
  const db = openDatabase(urlOfRun(), () => {}, { size: 1, limit: STATEMENT_MS })
  try {
    await db.query('select 1').catch((cause: unknown) => {
      throw new Error('The database does not answer. Is it running? npm start, with the same RUN_DIR', { cause })
    })
    return await verify(db, written)
  } finally {
    await db.close()
  }
}

function urlOfRun(): string {
  const { runDir, databaseUrl: given } = readConfig(process.env)
  return given ?? databaseUrl(openRunFolder({ RUN_DIR: resolve(runDir) }))
}

function describe({ whole, rows, head, findings, more }: Verdict): string {
  const size = `${rows} ${rows === 1 ? 'row' : 'rows'}`
  if (whole) return head ? `The audit log is whole: ${size}. Its head: ${nameHead(head)}` : 'The audit log is empty.'
  const lines = findings.map(({ kind, says }) => `  ${kind.padEnd(10)}${says}`)
  return [`The audit log is not what it was (${size}):`, ...lines, ...(more ? ['  and more'] : [])].join('\n')
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  return COULD_NOT
})
