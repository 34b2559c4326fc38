import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { findCommand } from '../machine/command.ts'

/** A place where programs look for authorities to trust. `add` and `remove` say in a sentence what they did. */
export type Store = {
  has: (name: string) => boolean
  add: (name: string, file: string) => string
  remove: (name: string, file: string) => string
}

/** The stores of this machine. */
export function findStores(home = homedir()): Store[] {
  if (process.platform === 'darwin') return [macStore(home)]
  return existsSync(debianFolder) ? [browserStore(home), debianStore()] : [browserStore(home)]
}

const debianFolder = '/usr/local/share/ca-certificates'

/** The NSS database that Chromium and Chrome read on Linux. */
export function browserStore(home: string): Store {
  const folder = join(home, '.pki', 'nssdb')
  const certutil = findCommand('certutil')
  const database = ['-d', `sql:${folder}`]
  const missing = 'Chromium: nothing changed, certutil is missing. Run: apt-get install libnss3-tools, then this again'
  return {
    has: (name) => Boolean(certutil && spawnSync(certutil, ['-L', ...database, '-n', name]).status === 0),
    add: (name, file) => {
      if (!certutil) return missing
      if (!existsSync(join(folder, 'cert9.db'))) makeDatabase(certutil, folder)
      run(certutil, ['-A', ...database, '-n', name, '-t', 'C,,', '-i', file])
      return `Chromium: added "${name}" to ${folder}. Start the browser again to see it`
    },
    remove: (name) => {
      if (!certutil) return missing
      run(certutil, ['-D', ...database, '-n', name])
      return `Chromium: removed "${name}" from ${folder}`
    },
  }
}

function makeDatabase(certutil: string, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  run(certutil, ['-N', '-d', `sql:${folder}`, '--empty-password'])
}

/** What curl, wget and most programs of Debian and Ubuntu read. Only root may change it. */
function debianStore(): Store {
  const fileOf = (name: string) => join(debianFolder, `${name.toLowerCase().replaceAll(' ', '-')}.crt`)
  const root = process.getuid?.() === 0
  const update = findCommand('update-ca-certificates') ?? 'update-ca-certificates'
  return {
    has: (name) => existsSync(fileOf(name)),
    add: (name, file) => {
      const target = fileOf(name)
      if (!root) return `System: nothing changed, that needs root. Run: sudo cp ${file} ${target} && sudo ${update}`
      copyFileSync(file, target)
      run(update, [])
      return `System: added ${target} and ran update-ca-certificates`
    },
    remove: (name) => {
      const target = fileOf(name)
      if (!root) return `System: nothing changed, that needs root. Run: sudo rm ${target} && sudo ${update} --fresh`
      rmSync(target)
      run(update, ['--fresh'])
      return `System: removed ${target} and ran update-ca-certificates --fresh`
    },
  }
}

/** The login keychain of macOS; the system asks for the password itself. */
function macStore(home: string): Store {
  const keychain = join(home, 'Library', 'Keychains', 'login.keychain-db')
  return {
    has: (name) => spawnSync('security', ['find-certificate', '-c', name, keychain]).status === 0,
    add: (name, file) => {
      run('security', ['add-trusted-cert', '-r', 'trustRoot', '-p', 'ssl', '-k', keychain, file])
      return `macOS: added "${name}" to ${keychain}, trusted for TLS`
    },
    remove: (name) => {
      run('security', ['delete-certificate', '-t', '-c', name, keychain])
      return `macOS: removed "${name}" and its trust from ${keychain}`
    },
  }
}

function run(command: string, args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', stdio: ['inherit', 'pipe', 'pipe'] })
  if (status === 0) return
  throw new Error(`${[command, ...args].join(' ')} failed: ${error?.message ?? stderr.trim()}`)
}
