/** The processes of the chaos run, and what they have told. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchGround } from './ground.ts'
import type { Confirmed } from './judge.ts'
import type { Order, Role } from './order.ts'
import { openPlayer, type Player } from './player.ts'

export interface Cast {
  readonly players: Readonly<Record<Role, Player>>
  readonly confirmed: Confirmed
  /** Warnings, newest last; as many as fit. */
  readonly lines: readonly string[]
  /** Who ended without being asked. */
  readonly ends: readonly string[]
  repeats(): number
  /** Payments below this number may be made now. */
  allow(below: number): void
  start(): Promise<void>
  stop(): Promise<void>
}

const LINES_KEPT = 200

export function openCast({ database, broker, keys, options }: BenchGround, payments: number): Cast {
  const confirmed = new Map<number, string>()
  const lines: string[] = []
  const ends: string[] = []
  const cache = mkdtempSync(join(tmpdir(), 'selvedge-bench-'))
  let repeats = 0
  let allowed = 0

  const orderOf = (role: Role) => (): Order => ({
    role,
    databaseUrl: database.url,
    brokerUrl: broker?.url,
    keys,
    options: { ...options, retrySeconds: [...options.retrySeconds] },
    missing: role === 'service' ? range(payments).filter((number) => !confirmed.has(number)) : [],
    allowed,
  })

  const play = (role: Role) =>
    openPlayer({
      order: orderOf(role),
      cache,
      hear(news) {
        if (news.kind === 'repeated') repeats += 1
        if (news.kind === 'confirmed') confirmed.set(news.number, news.id)
        if (news.kind === 'line' && lines.push(`${role} ${news.line.trim()}`) > LINES_KEPT) lines.shift()
      },
      onEnd: (how) => ends.push(`The process ${role} has ended by itself: ${how}.`),
    })
  const players = {
    service: play('service'),
    relay: play('relay'),
    worker: play('worker'),
    consumers: play('consumers'),
  }
  return {
    players,
    confirmed,
    lines,
    ends,
    repeats: () => repeats,
    allow(below) {
      allowed = below
      players.service.tell({ allowed })
    },
    async start() {
      await Promise.all(Object.values(players).map((player) => player.start()))
    },
    async stop() {
      await Promise.all(Object.values(players).map((player) => player.stop()))
      rmSync(cache, { recursive: true, force: true })
    },
  }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number)
}
