/** The broker's management over HTTP, for `setup.ts`. */
import { z } from 'zod'

export interface Management {
  /** The user that asks. */
  readonly user: string
  /** True where it was made, false where it was there just so. Throws where it is there and different. */
  put(path: readonly string[], body: object): Promise<boolean>
  post(path: readonly string[], body: object): Promise<void>
  remove(path: readonly string[]): Promise<void>
  read<T extends z.ZodType>(path: readonly string[], schema: T): Promise<z.output<T>>
}

/** The broker has said no, and why. */
export class ManagementRefused extends Error {
  override name = 'ManagementRefused'
}

const LIMIT_MS = 10_000

/** `url` holds the credentials of an administrator: `http://admin:secret@127.0.0.1:15672`. */
export function openManagement(url: string): Management {
  const { origin, username, password } = new URL(url)
  const user = decodeURIComponent(username)
  const authorization = `Basic ${Buffer.from(`${user}:${decodeURIComponent(password)}`).toString('base64')}`

  async function ask(method: string, path: readonly string[], body?: object): Promise<Response> {
    const response = await fetch(`${origin}/api/${path.map(encodeURIComponent).join('/')}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(LIMIT_MS),
    }).catch((cause: unknown) => {
      throw new Error(
        `RabbitMQ's management does not answer at ${origin}. Does the broker run there, with its plugin rabbitmq_management?`,
        { cause },
      )
    })
    if (response.ok) return response
    if (response.status === 401) throw new Error(`RabbitMQ at ${origin} does not accept the password of "${user}".`)
    throw new ManagementRefused(`${method} ${path.join(' ')}: ${await reasonOf(response)}`)
  }

  return {
    user,
    put: async (path, body) => (await ask('PUT', path, body)).status === 201,
    async post(path, body) {
      await ask('POST', path, body)
    },
    async remove(path) {
      await ask('DELETE', path)
    },
    read: async (path, schema) => schema.parse(await (await ask('GET', path)).json()),
  }
}

async function reasonOf(response: Response): Promise<string> {
  const text = await response.text()
  const Answer = z.object({ reason: z.string() })
  try {
    return Answer.parse(JSON.parse(text)).reason
  } catch {
    return `${response.status} ${text.slice(0, 200)}`
  }
}
