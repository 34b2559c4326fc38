/** Refuses unsafe requests that another site made a browser send. No token in the page: pages stay cacheable. */
import { Forbidden } from './errors.ts'

export interface UnsafeRequest {
  readonly method: string
  /** `Sec-Fetch-Site`, which every current browser sends and no page can set. */
  readonly fetchSite: string | undefined
  readonly origin: string | undefined
  /** The host that the client asked, with its port. */
  readonly host: string
  readonly signedIn: boolean
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Throws `Forbidden`. A request with neither header is no browser's unless it carries a session: then it is refused too. */
export function checkSameSite({ method, fetchSite, origin, host, signedIn }: UnsafeRequest): void {
  if (SAFE.has(method)) return
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') {
    throw new Forbidden('Another site sent this request, so nothing was done. Do it again from our own pages.')
  }
  if (origin !== undefined && origin !== `https://${host}`) {
    throw new Forbidden('Another site sent this request, so nothing was done. Do it again from our own pages.')
  }
  if (fetchSite === undefined && origin === undefined && signedIn) {
    throw new Forbidden('The request does not say where it comes from. Send an Origin header.')
  }
}
