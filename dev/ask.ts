/** Asks for a fragment as a browser would that shows it by itself: the edge finds out who that is. */
import { type IncomingHttpHeaders, request } from 'node:http'

export interface FragmentAnswer {
  readonly status: number
  readonly html: string
}

/** Of the visitor's headers: who they are and what they ask us as. */
const PASSED = ['cookie', 'host', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'traceparent']

/** `socketPath` is the socket of the tier that assembles pages. A connection that breaks off is status 0. */
export function askAssembly(socketPath: string, path: string, visitor: IncomingHttpHeaders): Promise<FragmentAnswer> {
  const headers = Object.fromEntries(PASSED.flatMap((name) => (visitor[name] ? [[name, visitor[name]]] : [])))
  return new Promise((resolve) => {
    const req = request({ socketPath, path, headers, agent: false }, (res) => {
      let html = ''
      const answer = () => resolve({ status: res.statusCode ?? 0, html })
      res.setEncoding('utf8')
      res.on('data', (chunk: string) => {
        html += chunk
      })
      res.on('end', answer)
      res.on('error', answer)
    })
    req.on('error', () => resolve({ status: 0, html: '' }))
    req.end()
  })
}
