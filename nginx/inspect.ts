/** Asks the nginx at hand what it is and what it can do. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { needCommand } from '../machine/command.ts'

export interface Nginx {
  readonly command: string
  readonly version: string
  /** Paths of the brotli modules; empty where there are none. */
  readonly modules: readonly string[]
}

/** Compiled in by Debian, Ubuntu, Homebrew and nginx.org alike. */
const NEEDED = ['http_ssl', 'http_v2', 'http_realip', 'http_auth_request', 'http_gzip_static', 'http_stub_status']
const WANTED = ['ngx_http_brotli_filter_module.so', 'ngx_http_brotli_static_module.so']
const USUAL_FOLDERS = ['/usr/lib/nginx/modules', '/usr/share/nginx/modules', '/usr/lib64/nginx/modules']

export function inspectNginx(command = needCommand('nginx')): Nginx {
  const { stderr, error } = spawnSync(command, ['-V'], { encoding: 'utf8' })
  if (error) throw new Error(`${command} does not run: ${error.message}. Run: ./setup start`)
  const [, version] = /nginx version: \S+\/(\d+\.\d+\.\d+)/.exec(stderr) ?? []
  if (!version) throw new Error(`${command} -V does not say a version. Is it nginx?`)
  const missing = NEEDED.filter((module) => !stderr.includes(`--with-${module}_module`))
  if (missing.length) throw new Error(`${command} was built without ${missing.join(', ')}. Use your system's package.`)
  return { command, version, modules: findModules(stderr) }
}

/** Both brotli modules or none: files and answers should be compressed alike. */
function findModules(said: string): string[] {
  const [, own] = /--modules-path=(\S+)/.exec(said) ?? []
  const folders = own ? [own, ...USUAL_FOLDERS] : USUAL_FOLDERS
  const found = WANTED.flatMap((name) => folders.map((folder) => join(folder, name)).find(existsSync) ?? [])
  return found.length === WANTED.length ? found : []
}
