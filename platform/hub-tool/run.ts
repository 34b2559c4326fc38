/** `npm run hub -- COMMAND`: the event hub, for its operators. `npm run hub -- --help` says more. */
import { z } from 'zod'
import { type Log, openLog } from '#kit/log.ts'
import { awaitSignal } from '../signals.ts'
import { type Stop, stopAll } from '../stops.ts'
import { type Command, readCommand } from './arguments.ts'
import { showDeadLetters } from './dlq.ts'
import { describe, EXIT, NeedsPerson, WrongUsage } from './endings.ts'
import { openHub } from './open.ts'
import { plain } from './output.ts'
import { findPlace } from './place.ts'
import { redrive } from './redrive.ts'
import { replay } from './replay.ts'
import { setUp } from './setup.ts'
import { showStatus } from './status.ts'
import { tail } from './tail.ts'
import { HELP } from './usage.ts'

const Line = z.object({ msg: z.string().default(''), err: z.object({ message: z.string() }).optional() })

/** What happens to connections while somebody waits, in words and beside what is printed. */
function openToolLog(): Log {
  const write = (line: string) => {
    const { msg, err } = Line.parse(JSON.parse(line))
    console.error(plain([msg, err?.message].filter(Boolean).join(': ')))
  }
  return openLog('silent', undefined, { write })
}

async function carryOut(command: Command, stops: Stop[]): Promise<number> {
  if (command.name === 'help') {
    console.log(HELP)
    return EXIT.well
  }
  const place = findPlace(process.env)
  const log = openToolLog()
  if (command.name === 'setup') {
    log.level = 'info'
    return setUp(place, log)
  }
  const hub = await openHub(place, log, stops)
  // Who could not connect at all is told so once.
  log.level = 'warn'
  stops.push(() => {
    log.level = 'silent'
  })
  if (command.name === 'status') return showStatus(hub, command, interruption)
  if (command.name === 'tail') return tail(hub, command, interruption())
  if (command.name === 'dlq') return showDeadLetters(hub, command)
  if (command.name === 'redrive') return redrive(hub, command, interruption)
  return replay(hub, command, interruption)
}

/** From now on a first Ctrl-C is a wish, which whoever is at work follows in good order. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  void awaitSignal().asked.then(() => controller.abort())
  return controller.signal
}

function explain(error: unknown): number {
  console.error(describe(error))
  if (error instanceof WrongUsage) return EXIT.wrongUsage
  return error instanceof NeedsPerson ? EXIT.needsPerson : EXIT.away
}

// `npm run hub -- tail | head -1` has had enough: that is no failure.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) =>
  process.exit(code === 'EPIPE' ? EXIT.well : EXIT.needsPerson),
)

const stops: Stop[] = []
try {
  process.exitCode = await carryOut(readCommand(process.argv.slice(2)), stops)
} catch (error) {
  process.exitCode = explain(error)
} finally {
  await stopAll(stops)
}
