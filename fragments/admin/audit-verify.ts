/** Looks through the audit log for what somebody has changed, taken away, added or moved. */
import type { Sql } from '#kit/database.ts'
import { type Head, hashOf, ORIGIN, type Row } from './audit.ts'
import * as store from './audit-store.ts'

export interface Finding {
  readonly kind: 'changed' | 'missing' | 'reordered' | 'added'
  /** Of the row; undefined where it has none any more. */
  readonly position: number | undefined
  /** As a sentence. */
  readonly says: string
}

export interface Verdict {
  /** Nothing was found. */
  readonly whole: boolean
  readonly rows: number
  readonly head: Head | undefined
  readonly findings: readonly Finding[]
  /** There are more than were gathered. */
  readonly more: boolean
}

/** The row before, as far as the next one hangs on it. */
interface Before extends Head {
  /** Its hash is its own: a link to it that is broken is news. */
  readonly intact: boolean
}

const PAGE_SIZE = 500
const MOST_FINDINGS = 20
/** How far from its place a row is looked for. */
const REACH = 1_000

/**
 * Walks the chain up to the newest row of now. Who can write to every table can also make a new chain of it: only a head
 * that was written down elsewhere, with as much of its hash as there was room for, shows that.
 */
export async function verify(sql: Sql, written?: Head): Promise<Verdict> {
  const head = await store.readHead(sql)
  const findings: Finding[] = []
  for await (const finding of inspect(sql, head, written)) {
    findings.push(finding)
    if (findings.length > MOST_FINDINGS) break
  }
  return {
    whole: findings.length === 0,
    rows: await store.countRows(sql),
    head,
    findings: findings.slice(0, MOST_FINDINGS),
    more: findings.length > MOST_FINDINGS,
  }
}

async function* inspect(sql: Sql, head: Head | undefined, written: Head | undefined): AsyncGenerator<Finding> {
  if (written) yield* compareHead(written, await store.findRow(sql, written.position), head)
  yield* walk(sql, head?.position ?? 0)
  for (const { event, type, subject, at } of await store.findUnwritten(sql, MOST_FINDINGS + 1)) {
    const says = `The row of event ${event} is gone: ${type} of ${subject}, noted at ${at.toISOString()}.`
    yield { kind: 'missing', position: undefined, says }
  }
  for (const { position, event } of await store.findUnheard(sql, MOST_FINDINGS + 1)) {
    const says = `Row ${position} is of event ${event}, which no service has told: somebody has added the row.`
    yield { kind: 'added', position, says }
  }
}

function* compareHead(written: Head, row: Row | undefined, head: Head | undefined): Generator<Finding> {
  const { position, hash } = written
  if (!row) {
    const says = `Row ${position} was written down as the newest, and is gone: the newest is ${head?.position ?? 'none'}.`
    yield { kind: 'missing', position, says }
  } else if (!row.hash.startsWith(hash)) {
    const found = row.hash.slice(0, hash.length)
    const says = `Row ${position} has the hash ${found}, and ${hash} was written down: it or an earlier row was replaced.`
    yield { kind: 'changed', position, says }
  }
}

async function* walk(sql: Sql, upTo: number): AsyncGenerator<Finding> {
  let before: Before = { ...ORIGIN, intact: true }
  for (;;) {
    const rows = await store.readRows(sql, before.position, upTo, PAGE_SIZE)
    for (const row of rows) {
      if (row.position > before.position + 1) yield sayMissing(before.position + 1, row.position - 1)
      const intact = hashOf(row) === row.hash
      const finding = intact ? judgeLink(row, before) : judgeChange(row)
      if (finding) yield finding
      before = { position: row.position, hash: row.hash, intact }
    }
    if (rows.length < PAGE_SIZE) return
  }
}

function judgeChange(row: Row): Finding {
  const { position } = row
  const place = placeOf(row)
  if (!place) return { kind: 'changed', position, says: `Row ${position} was changed after it was written.` }
  return { kind: 'reordered', position, says: `Row ${position} was row ${place} when it was written.` }
}

function judgeLink({ position, previous }: Row, before: Before): Finding | undefined {
  if (!before.intact || position !== before.position + 1 || previous === before.hash) return undefined
  const says =
    position === 1
      ? 'Row 1 follows another row, which is gone.'
      : `Row ${position} does not follow row ${before.position}: one of them was replaced, or stood elsewhere.`
  return { kind: 'reordered', position, says }
}

/** The place near its own at which the row would be as it was written. */
function placeOf(row: Row): number | undefined {
  for (let distance = 1; distance <= REACH; distance++) {
    for (const position of [row.position - distance, row.position + distance]) {
      if (position > 0 && hashOf({ ...row, position }) === row.hash) return position
    }
  }
  return undefined
}

function sayMissing(first: number, last: number): Finding {
  const says = first === last ? `Row ${first} is missing.` : `Rows ${first} to ${last} are missing.`
  return { kind: 'missing', position: first, says }
}
