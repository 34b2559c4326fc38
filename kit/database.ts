/** PostgreSQL as fragments see it: parameterised queries, and transactions that hold together what belongs together. */
import { createHash } from 'node:crypto'
import pg from 'pg'

export interface Sql {
  /** Rows of one statement. Values only ever travel as parameters (`$1`). */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>
}

export interface Database extends Sql {
  /** Commits when `work` resolves, rolls back when it throws. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  close(): Promise<void>
}

const INT8 = 20

/**
 * Opens a pool of `size` connections whose statements take `limit` milliseconds at most. Each service has its own: one
 * that waits for locks keeps nobody else waiting. `onError` hears of connections that break, as they do in a restart.
 */
export function openDatabase(url: string, onError: (error: Error) => void, { size = 5, limit = 5_000 } = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: 2_000,
    statement_timeout: limit,
    idle_in_transaction_session_timeout: 10_000,
    // Amounts are minor units in bigint columns: numbers here, and an error beyond 2^53 rather than a wrong cent.
    types: { getTypeParser: (oid, format) => (oid === INT8 ? parseInt8 : pg.types.getTypeParser(oid, format)) },
  })
  let closing = false
  pool.on('error', (error) => {
    if (!closing) onError(error)
  })

  return {
    query: (text, values) => rows(pool, text, values),
    async transaction(work) {
      const client = await pool.connect()
      let broken = false
      let over = false
      // The pool listens to idle connections only. One that breaks here fails the statement; unheard, it would end us.
      client.on('error', onError)
      try {
        await client.query('begin')
        const result = await work({
          async query(text, values) {
            // Whoever was not waited for must not write into what the connection does next.
            if (over) throw new Error('This transaction is over. Wait for what you do in it.')
            return rows(client, text, values)
          },
        })
        over = true
        await client.query('commit')
        return result
      } catch (error) {
        over = true
        broken = await client.query('rollback').then(
          () => false,
          () => true,
        )
        throw error
      } finally {
        client.off('error', onError)
        // A connection that could not even roll back is not given back to the pool.
        client.release(broken)
      }
    },
    close() {
      closing = true
      return pool.end()
    },
  }
}

async function rows<Row extends pg.QueryResultRow>(
  client: Pick<pg.PoolClient | pg.Pool, 'query'>,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const result = await client.query<Row>(
    values.length ? { name: statementName(text), text, values: [...values] } : text,
  )
  return result.rows
}

const names = new Map<string, string>()

/** Named statements are parsed and planned once a connection. Texts are constants of our sources, so there are few. */
function statementName(text: string): string {
  const known = names.get(text)
  if (known) return known
  const name = createHash('sha256').update(text).digest('hex').slice(0, 32)
  names.set(text, name)
  return name
}

function parseInt8(value: string): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} from the database is beyond 2^53.`)
  return number
}

/** SQLSTATE classes and codes of a server that is not there for us: connections, shutdown, too many of us. */
const AWAY_STATES = /^(08|57P0|53300)/
const AWAY_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]
/** What `pg` says without a code. */
const AWAY_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/

/** Whether an error says that the database could not be asked, rather than that it refused. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  return AWAY_STATES.test(code) || AWAY_CODES.includes(code) || AWAY_WORDS.test(error.message)
}
