/**
 * The environment of `npm start`, read and validated once. No service reads `process.env`; `machine/` reads what the
 * system keeps there, such as PATH and TMPDIR.
 */
import { z } from 'zod'

const PORT = 'must be a port number from 1 to 65535'
const port = z.coerce.number(PORT).int(PORT).min(1, PORT).max(65_535, PORT)

const Variables = z.object({
  HTTPS_PORT: port.default(8443),
  HTTP_PORT: port.default(8080),
  /** Loopback only unless said otherwise: the demo accounts have a public password. */
  BIND: z.union([z.ipv4(), z.ipv6()], 'must be an IP address, such as 127.0.0.1 or ::1').default('127.0.0.1'),
  RUN_DIR: z.string().min(1).default('.run'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  HUB_URL: z
    .string()
    .regex(/^amqps?:\/\//, 'must begin with amqp:// or amqps://')
    .optional(),
  HUB_MANAGEMENT_URL: z
    .string()
    .regex(/^https?:\/\//, 'must begin with http:// or https://')
    .optional(),
  /** `1` creates the demo accounts on an address that is not loopback, too. */
  DEMO: z.enum(['0', '1']).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('warn'),
})

const Environment = Variables.refine(({ HTTPS_PORT, HTTP_PORT }) => HTTPS_PORT !== HTTP_PORT, {
  path: ['HTTP_PORT'],
  message: 'is the same as HTTPS_PORT. Give each a port of its own.',
})

export interface Config {
  readonly httpsPort: number
  readonly httpPort: number
  readonly bind: string
  readonly runDir: string
  /** Undefined: our own PostgreSQL under the run folder. */
  readonly databaseUrl: string | undefined
  /** RabbitMQ, as its administrator; undefined: the hub in the database. */
  readonly hubUrl: string | undefined
  /** RabbitMQ's management API, as its administrator; undefined: port 15672 of the same host. */
  readonly hubManagementUrl: string | undefined
  readonly demo: boolean
  readonly logLevel: z.infer<typeof Variables>['LOG_LEVEL']
}

/** Throws one error that names every variable that does not fit. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  // `HTTPS_PORT= npm start` means "not set".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const result = Environment.safeParse(given)
  if (!result.success) {
    const lines = result.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`)
    throw new Error(`The environment has values that Selvedge cannot use. Correct or unset them:\n${lines.join('\n')}`)
  }
  const { data } = result
  const loopback = data.BIND.startsWith('127.') || data.BIND === '::1'
  return {
    httpsPort: data.HTTPS_PORT,
    httpPort: data.HTTP_PORT,
    bind: data.BIND,
    runDir: data.RUN_DIR,
    databaseUrl: data.DATABASE_URL,
    hubUrl: data.HUB_URL,
    hubManagementUrl: data.HUB_MANAGEMENT_URL,
    demo: data.DEMO === undefined ? loopback : data.DEMO === '1',
    logLevel: data.LOG_LEVEL,
  }
}
