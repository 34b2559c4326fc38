/** What a client sees of an error: a problem document for programs (RFC 9457), a notice for people. */
import type { VNode } from 'preact'
import { NeighbourAway } from './contract.ts'
import { DeadlineExceeded } from './deadline.ts'
import { Invalid, Refusal } from './errors.ts'
import type { Proof } from './fragment.ts'

export interface Problem {
  readonly status: number
  readonly title: string
  readonly detail: string
  readonly fields: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  /** Whether it is ours: logged with its stack, told without any. */
  readonly fault: boolean
}

const TITLES: Record<number, string> = {
  400: 'This request is not understood',
  401: 'Please sign in',
  403: 'This is not allowed',
  404: 'There is nothing here',
  405: 'This cannot be done here',
  409: 'This has changed in the meantime',
  413: 'This is too large',
  415: 'This type of content is not accepted',
  422: 'Some values need another look',
  500: 'Something went wrong on our side',
  503: 'A part of us is away for a moment',
  504: 'This took too long',
}

export function describeProblem(error: unknown): Problem {
  if (error instanceof Refusal) {
    const { status, message, headers } = error
    return {
      status,
      title: TITLES[status] ?? 'This did not work',
      detail: message,
      fields: error instanceof Invalid ? error.fields : {},
      headers,
      fault: false,
    }
  }
  const status = statusOfFault(error)
  const detail = 'Nothing is lost. Try again in a moment.'
  return { status, title: TITLES[status] ?? '', detail, fields: {}, headers: {}, fault: true }
}

function statusOfFault(error: unknown): number {
  if (error instanceof NeighbourAway) return 503
  return error instanceof DeadlineExceeded ? 504 : 500
}

export function problemDocument(problem: Problem, trace: string): string {
  const { status, title, detail, fields } = problem
  const errors = Object.entries(fields).map(([field, message]) => ({ field, message }))
  return JSON.stringify({ type: 'about:blank', title, status, detail, ...(errors.length ? { errors } : {}), trace })
}

interface NoticeProps {
  readonly problem: Problem
  /** Whether something was to be done, and not only shown. */
  readonly acted?: boolean
  readonly proof?: Proof | undefined
}

const START: Proof = { href: '/', words: 'Go to the start page' }

/** In a page's place for content; the page around it stays. */
export function ProblemNotice({ problem, acted = false, proof }: NoticeProps): VNode {
  const unsure = acted && problem.fault
  // What is not there may be among the others, and what we do not know is seen there.
  const missing = problem.status === 404
  const { href, words } = ((unsure || missing) && proof) || START
  return (
    <>
      <h1>{problem.title}</h1>
      <p class="lead">
        {unsure
          ? 'What you sent was done once or not at all. Look whether it is there before you send it again.'
          : problem.detail}
      </p>
      <p class="buttons">
        <a class="button" href={href}>
          {words}
        </a>
        {missing && proof && (
          <a class="button link" href={START.href}>
            {START.words}
          </a>
        )}
      </p>
    </>
  )
}
