/**
 * A process that serves one generation of the portal. It begins before it is needed: packages, which do not change, are
 * loaded while it waits for its order, and sources only then.
 */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { type Stop, stopAll } from '../platform/stops.ts'
import type { Generation } from './generation.tsx'
import type { FromServices, Order, ToServices } from './messages.ts'
import { describeFailure } from './report.ts'

// Coverage is not exact for code from the cache.
if (!process.env.NODE_V8_COVERAGE) enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/node'))

const stops: Stop[] = []
let generation: Generation | undefined

// Ctrl-C reaches every process of the terminal; ours are stopped in order by the one that started them.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())
process.on('message', (message: ToServices) => void obey(message))

await Promise.all(
  ['koa', '@koa/router', 'pg', 'pino', 'zod', 'preact', 'preact-render-to-string', 'raw-body', 'esbuild'].map(
    (name) => import(name),
  ),
)
// The compiler of islands is a process of its own, which is then there.
await (await import('esbuild')).transform('')
tell({ kind: 'waiting' })

async function obey(message: ToServices): Promise<void> {
  if (message.kind === 'start') await start(message.order)
  if (message.kind === 'set-faults') {
    await generation?.setFaults(message.faults)
    tell({ kind: 'faults-set' })
  }
  if (message.kind === 'stop') {
    await stopAll(stops)
    process.exit()
  }
}

async function start(order: Order): Promise<void> {
  try {
    const { startGeneration } = await import('./generation.tsx')
    generation = await startGeneration(order, (report) => tell({ kind: 'fault', report }), stops)
    tell({ kind: 'started', started: generation.started })
  } catch (error) {
    tell({ kind: 'failed', report: describeFailure(error) })
  }
}

function tell(message: FromServices): void {
  process.send?.(message)
}
