/** What the tool says about itself. */

/** A line a command: what may follow it. */
export const USAGE = {
  status: 'status [--json] [--watch]',
  tail: 'tail [--type T] [--subject S] [--json]',
  dlq: 'dlq [CONSUMER] [--show ID] [--json]',
  redrive: 'redrive CONSUMER (--event ID … | --all) --operator NAME --reason TEXT [--go] [--json]',
  replay: `replay CONSUMER [--from TIME] [--until TIME] [--type T] [--subject S] [--everything] [--replay ID]
         --operator NAME --reason TEXT [--go] [--json]`,
  setup: 'setup',
} as const

export type CommandName = keyof typeof USAGE

export function isCommand(word: string): word is CommandName {
  return Object.hasOwn(USAGE, word)
}

export function usageOf(command: CommandName): string {
  return `npm run hub -- ${USAGE[command]}`
}

export const BRIEF = `npm run hub -- ${Object.keys(USAGE).join(' | ')}
npm run hub -- --help says more.`

export const HELP = `The event hub of a run, for its operators: npm run hub -- COMMAND

${USAGE.status}
    Outboxes and consumers: what waits, what is retried, what is dead. --watch looks again every two seconds.

${USAGE.tail}
    A line an event, as they are sent, until Ctrl-C.

${USAGE.dlq}
    Dead letters, of one consumer or of all. --show prints one, and whether its signature holds.

${USAGE.redrive}
    Hands dead letters back to their consumer.

${USAGE.replay}
    Hands events of the log to a consumer once more. --everything where neither a time nor a type nor a subject narrows it.
    An interrupted replay goes on when its ID is given: what was done for it is not done twice.

${USAGE.setup}
    Brings RabbitMQ to what the rights say.

redrive and replay change nothing without --go. With it they need to know who does this and why; the audit log is told
first, and where it cannot be told nothing is done. What is not signed by its service never goes anywhere.

TIME is 2026-03-01T10:00Z or 2026-03-01, or 30m, 2h or 7d for so long ago.
--json prints JSON on standard output and words, if any, on the other.

The hub is that of the run in RUN_DIR (.run). HUB_URL, HUB_MANAGEMENT_URL and DATABASE_URL win over what the run says.

Ends with 0: all is well. 1: something needs a person (status: dead letters, or events that wait in an outbox for more than
a minute; else: it was not or not wholly done). 2: wrong usage. 3: the hub cannot be reached.`
