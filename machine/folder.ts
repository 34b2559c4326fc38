import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'

/** The user that nginx's workers and PostgreSQL run as where we are root. */
export type User = { name: string; uid: number; gid: number }

/** Where a run keeps its files (`path`) and its sockets; `user` is undefined unless we are root. */
export type Run = { path: string; sockets: string; user: User | undefined }

const unprivileged = 'selvedge'
const elsewhere = '/var/lib/selvedge'
const longestSocketPath = process.platform === 'darwin' ? 103 : 107
const longestSocketName = 32

/** Makes RUN_DIR (default `.run` in the repository) and the folder for sockets, reachable for whoever needs them. */
export function openRunFolder(env: NodeJS.ProcessEnv = process.env): Run {
  const user = process.getuid?.() === 0 ? findUser() : undefined
  const asked = resolve(env.RUN_DIR || join(import.meta.dirname, '..', '.run'))
  mkdirSync(dirname(asked), { recursive: true })
  const path = makeFolder(join(realpathSync(dirname(asked)), basename(asked)), user)
  const run = { path, sockets: makeSocketFolder(path, user), user }
  for (const name of ['pids', 'logs']) mkdirSync(join(path, name), { recursive: true, mode: 0o755 })
  return run
}

/** The path of a socket of this run; an error if the system would refuse it, or silently cut it off. */
export function socketPath(run: Pick<Run, 'sockets'>, name: string): string {
  const path = join(run.sockets, name)
  if (Buffer.byteLength(path) <= longestSocketPath) return path
  throw new Error(`The socket path ${path} is longer than ${longestSocketPath} bytes. Run with TMPDIR=/tmp`)
}

/** Hands a file, folder or socket to the unprivileged user; does nothing where there is none. */
export function lend(run: Pick<Run, 'user'>, path: string): void {
  if (run.user) lchownSync(path, run.user.uid, run.user.gid)
}

function findUser(): User {
  const ask = (flag: string) => spawnSync('id', [flag, unprivileged], { encoding: 'utf8' }).stdout.trim()
  const [uid, gid] = [Number(ask('-u')), Number(ask('-g'))]
  if (uid > 0 && gid > 0) return { name: unprivileged, uid, gid }
  const remedy = process.platform === 'darwin' ? 'Run again without sudo' : 'Run: ./setup start'
  throw new Error(`As root, nginx and PostgreSQL run as the user ${unprivileged}, and there is none. ${remedy}`)
}

function makeFolder(asked: string, user: User | undefined): string {
  const found = lookAt(asked)
  if (found?.isSymbolicLink()) mendLink(asked, user)
  else if (!found) placeFolder(asked, user)
  else if (!found.isDirectory()) throw new Error(`RUN_DIR ${asked} is a file. Remove it: rm ${asked}`)
  else if (user && !canEnter(user, asked)) replaceFolder(asked, user)

  const path = realpathSync(asked)
  const owner = statSync(path).uid
  if (owner !== process.getuid?.()) {
    throw new Error(
      `RUN_DIR ${asked} belongs to uid ${owner}, not to you. Run as its owner, or set RUN_DIR to a new folder`,
    )
  }
  if (!user || canEnter(user, path)) return path
  throw new Error(
    `The user ${user.name} cannot enter ${path}. Remove it (rm -r ${asked}), or set RUN_DIR=/srv/selvedge`,
  )
}

function placeFolder(asked: string, user: User | undefined): void {
  if (!user || canEnter(user, dirname(asked))) {
    createFolder(asked, user)
    return
  }
  const real = join(elsewhere, shortHash(asked))
  // The link is gone, so whoever removed it expects to start afresh; one old copy is kept.
  if (lookAt(real)) {
    rmSync(`${real}.old`, { recursive: true, force: true })
    renameSync(real, `${real}.old`)
  }
  createFolder(real, user)
  symlinkSync(real, asked)
}

function mendLink(asked: string, user: User | undefined): void {
  const target = resolve(dirname(asked), readlinkSync(asked))
  if (lookAt(target)) return
  if (dirname(target) !== elsewhere) throw new Error(`RUN_DIR ${asked} points nowhere. Remove it: rm ${asked}`)
  createFolder(target, user)
}

function replaceFolder(asked: string, user: User): void {
  try {
    rmdirSync(asked)
  } catch {
    const why = `The user ${user.name} cannot enter RUN_DIR ${asked}, and it is not empty.`
    throw new Error(`${why} Remove it (rm -r ${asked}), or set RUN_DIR=/srv/selvedge`)
  }
  placeFolder(asked, user)
}

// Ours to write, the user's to enter: it must not be able to swap the files that tell us which process to end.
function createFolder(path: string, user: User | undefined): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  mkdirSync(path, { mode: 0o700 })
  if (!user) return
  lchownSync(path, 0, user.gid)
  chmodSync(path, 0o750)
}

function makeSocketFolder(path: string, user: User | undefined): string {
  const own = process.getuid?.() ?? 0
  const folder = join(findTemporaryFolder(user), `selvedge-${own}-${shortHash(path)}`)
  // Anyone may write to /tmp: what is there already is used only if it is a folder, ours, and closed to others.
  if (!lookAt(folder)) mkdirSync(folder, { mode: 0o700 })
  const found = lstatSync(folder)
  const mayOwn = found.uid === own || found.uid === user?.uid
  if (!found.isDirectory() || !mayOwn || found.mode & 0o077) {
    throw new Error(
      `${folder} is not a folder that only we can enter. Look who made it, then remove it: rm -r ${folder}`,
    )
  }
  lend({ user }, folder)
  return folder
}

function findTemporaryFolder(user: User | undefined): string {
  const folder = realpathSync(tmpdir())
  const longest = join(folder, `selvedge-${process.getuid?.()}-12345678`, 'n'.repeat(longestSocketName))
  const fits = Buffer.byteLength(longest) <= longestSocketPath
  return fits && (!user || canEnter(user, folder)) ? folder : '/tmp'
}

// Asked of the system, as the user: mode bits alone would miss access lists and network file systems.
function canEnter(user: User, folder: string): boolean {
  return spawnSync('test', ['-x', folder], { uid: user.uid, gid: user.gid, cwd: '/' }).status === 0
}

function lookAt(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}
