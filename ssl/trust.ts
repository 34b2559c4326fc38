import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openRunFolder } from '../machine/folder.ts'
import { type Certificates, ensureCertificates } from './certificates.ts'
import { findStores, type Store } from './stores.ts'

/**
 * Makes this machine's stores trust the development CA. Its name is noted beside it, so that a CA made anew takes the
 * place of the old one, and all of them can be taken back. Returns sentences that say what changed.
 */
export function trust(certificates: Certificates, stores: Store[]): string[] {
  const { name, authority } = certificates
  const older = readNotes(authority).filter((one) => one !== name)
  // Noted first: should the next line fail half-way, --remove still finds it.
  writeFileSync(notesOf(authority), [...older, name, ''].join('\n'))
  const added = stores.map((store) => (store.has(name) ? `Already there: "${name}"` : store.add(name, authority)))
  return [...added, ...takeBack(older, authority, stores)]
}

/** Takes every CA of this run folder out of the stores again. */
export function distrust(authority: string, stores: Store[]): string[] {
  const said = takeBack(readNotes(authority), authority, stores)
  return said.length > 0 ? said : ['Nothing to remove: no development CA of this folder is trusted']
}

function takeBack(names: string[], authority: string, stores: Store[]): string[] {
  const said = names.flatMap((name) =>
    stores.filter(({ has }) => has(name)).map(({ remove }) => remove(name, authority)),
  )
  const left = readNotes(authority).filter((name) => !names.includes(name) || stores.some(({ has }) => has(name)))
  if (left.length > 0) writeFileSync(notesOf(authority), [...left, ''].join('\n'))
  else rmSync(notesOf(authority), { force: true })
  return said
}

function readNotes(authority: string): string[] {
  const file = notesOf(authority)
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
}

function notesOf(authority: string): string {
  return join(dirname(authority), 'trusted')
}

function main(args: string[]): void {
  const unknown = args.filter((one) => one !== '--remove')
  if (unknown.length > 0) throw new Error(`trust does not know ${unknown.join(' ')}. Run: npm run trust [-- --remove]`)

  const run = openRunFolder()
  const folder = join(run.path, 'ssl')
  const said = args.includes('--remove')
    ? distrust(join(folder, 'ca.pem'), findStores())
    : introduce(ensureCertificates(folder, run.user))
  for (const sentence of said) console.log(sentence)
}

function introduce(certificates: Certificates): string[] {
  const firefox = `Firefox keeps a list of its own: Settings, Certificates, Import ${certificates.authority}`
  return [...trust(certificates, findStores()), firefox, 'To take it back: npm run trust -- --remove']
}

if (import.meta.main) {
  try {
    main(process.argv.slice(2))
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
