/** `npm run dev`: the portal, made anew at each change. `npm run dev -- --help` says more. */
import { resolve } from 'node:path'
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { readConfig } from '#kit/config.ts'
import { awaitSignal } from '../platform/signals.ts'
import { type Stop, stopAll } from '../platform/stops.ts'
import { developOne } from './only.ts'
import { parseOverride } from './overrides.ts'
import { developPortal } from './portal.ts'

const HELP = `npm run dev                                      the portal, made anew at each change
npm run dev -- --override PLACE=ADDRESS          payments/recent=127.0.0.1:5000, or payments=… for all of it
               --any-address                     overrides may lead away from this machine
npm run dev -- --only MFE --portal RUN_DIR       this checkout's MFE inside a portal that runs already
               --port PORT                       at this port of the loopback; any free one by default`

const OPTIONS = {
  override: { type: 'string', multiple: true },
  'any-address': { type: 'boolean', default: false },
  only: { type: 'string' },
  portal: { type: 'string' },
  port: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const satisfies ParseArgsOptionsConfig

async function main(): Promise<void> {
  const signal = awaitSignal()
  const { values } = parseArgs({ options: OPTIONS })
  if (values.help) return console.log(HELP)
  const anyAddress = values['any-address']
  const overrides = Object.fromEntries((values.override ?? []).map((text) => parseOverride(text, anyAddress)))
  const stops: Stop[] = []
  let reason: Error | undefined
  try {
    const { broken } = values.only
      ? await developOne(readOnly(values.only, values.portal, values.port), stops)
      : await developPortal(readEnvironment(), { overrides, anyAddress }, stops)
    reason = await Promise.race([signal.asked, broken])
    if (reason) console.error(reason.message)
  } finally {
    await stopAll(stops)
  }
  process.exit(reason ? 1 : 0)
}

function readEnvironment() {
  return readConfig({ ...process.env, RUN_DIR: process.env.RUN_DIR && resolve(process.env.RUN_DIR) })
}

function readOnly(mfe: string, portal: string | undefined, port: string | undefined) {
  if (!portal) throw new Error(`Inside which portal? npm run dev -- --only ${mfe} --portal /path/to/.run`)
  if (port !== undefined && !/^[1-9]\d{0,4}$/.test(port)) throw new Error(`--port ${port} is no port.`)
  return { mfe, runDir: resolve(portal), port: Number(port ?? 0) }
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
