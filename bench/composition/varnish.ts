/** Varnish with ESI, as its guides set it up; everything of it is in one folder of the run. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findCommand } from '../../machine/command.ts'
import { lend, type Run } from '../../machine/folder.ts'
import { accepts } from '../../machine/ports.ts'
import { type Started, startProcess } from '../../machine/process.ts'
import { FALLBACK } from './card.tsx'
import { TIMEOUT } from './pages.ts'
import type { Settings } from './settings.ts'

export function findVarnish(): string | undefined {
  return findCommand('varnishd')
}

export function startVarnish(run: Run, command: string, { ports }: Settings): Promise<Started> {
  const folder = join(run.path, 'varnish')
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  lend(run, folder)
  const file = join(folder, 'bench.vcl')
  writeFileSync(file, vcl(ports))
  return startProcess({
    run,
    name: 'varnish',
    command,
    as: run.user,
    // Compression is off everywhere in this bench. As the unprivileged user there is nothing to put into a jail.
    args: [
      '-F',
      '-j',
      'none',
      '-n',
      folder,
      '-f',
      file,
      '-a',
      `127.0.0.1:${ports.varnish}`,
      '-T',
      'none',
      '-s',
      'malloc,64m',
      '-p',
      'http_gzip_support=off',
    ],
    ready: () => accepts({ port: ports.varnish, host: '127.0.0.1' }),
  })
}

/** A lost fragment is the fallback, within its time; what may not be cached passes. */
function vcl({ origin, hanging, dead }: Settings['ports']): string {
  const backend = (name: string, port: number, limit: number) =>
    `backend ${name} { .host = "127.0.0.1"; .port = "${port}"; .connect_timeout = 100ms; .first_byte_timeout = ${limit}ms; .between_bytes_timeout = ${limit}ms; }`
  return `vcl 4.1;
${backend('origin', origin, TIMEOUT.slow)}
${backend('hanging', hanging, TIMEOUT.hanging)}
${backend('dead', dead, TIMEOUT.dead)}
sub vcl_recv {
  set req.backend_hint = origin;
  if (req.url ~ "^/_/hanging/") { set req.backend_hint = hanging; }
  if (req.url ~ "^/_/dead/") { set req.backend_hint = dead; }
  if (req.url ~ "^/_/") { return (pass); }
}
sub vcl_backend_response {
  if (bereq.url !~ "/card") { set beresp.do_esi = true; }
}
sub vcl_backend_error {
  set beresp.status = 200;
  set beresp.http.Content-Type = "text/html; charset=utf-8";
  set beresp.body = {"${FALLBACK}"};
  return (deliver);
}
`
}
