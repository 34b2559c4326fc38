/** The edge's own error pages: static files, in the look of the portal, as a fragment, and as a problem document. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Assets } from '#kit/build.ts'
import { render } from '#kit/render.tsx'
import { Document } from './document.tsx'

interface ErrorText {
  readonly title: string
  /** What it means for the money. */
  readonly lead: string
  readonly advice: string
  /** The one next step. An empty address is the same page again. */
  readonly step: readonly [address: string, words: string]
}

const NOTHING_HAPPENED = 'Nothing happened to your money.'
const HOME = ['/', 'Go to the start page'] as const
const AGAIN = ['', 'Try again'] as const

export const ERROR_TEXTS: Readonly<Record<number, ErrorText>> = {
  400: {
    title: 'We did not understand that address',
    lead: NOTHING_HAPPENED,
    advice: 'Something in the address is not as it should be. If you followed a link, it may have been cut off.',
    step: HOME,
  },
  401: {
    title: 'Please sign in first',
    lead: NOTHING_HAPPENED,
    advice: 'You are not signed in, or you were away for a while and we signed you out.',
    step: ['/sign-in', 'Sign in'],
  },
  403: {
    title: 'This page is not for your account',
    lead: NOTHING_HAPPENED,
    advice: 'You are signed in, but with an account that may not see this.',
    step: HOME,
  },
  404: {
    title: 'There is no page here',
    lead: NOTHING_HAPPENED,
    advice: 'The address may be mistyped, or the page has moved.',
    step: HOME,
  },
  405: {
    title: 'This page only shows something',
    lead: 'Nothing was sent and nothing was taken.',
    advice: 'What you tried to do cannot be done at this address.',
    step: HOME,
  },
  413: {
    title: 'That was more than we can take',
    lead: 'Nothing was sent and nothing was taken.',
    advice: 'What you sent is larger than any of our forms needs. Shorten it and send it again.',
    step: AGAIN,
  },
  422: {
    title: 'Some of it needs another look',
    lead: 'Nothing was sent and nothing was taken.',
    advice: 'We understood what you want, but not all of the values. Go back, check them and send them again.',
    step: HOME,
  },
  429: {
    title: 'That was too fast for us',
    lead: 'Nothing was sent and nothing was taken.',
    advice:
      'Many requests came from your line in a short time, so we stopped for a moment. Wait ten seconds, then go on.',
    step: AGAIN,
  },
  500: {
    title: 'Something broke on our side',
    lead: 'If you were sending a payment, it was sent once or not at all.',
    advice: 'Look at your payments first. If it is there, it is on its way; if not, send it again.',
    step: ['/payments', 'See your payments'],
  },
  502: {
    title: 'A part of us does not answer',
    lead: 'If you were sending a payment, it was sent once or not at all.',
    advice: 'Look at your payments first. If it is there, it is on its way; if not, send it again.',
    step: ['/payments', 'See your payments'],
  },
  503: {
    title: 'We are away for a moment',
    lead: 'Your money is safe. A payment that we have confirmed is kept and goes on.',
    advice: 'Selvedge cannot answer right now. This usually takes less than a minute.',
    step: AGAIN,
  },
  504: {
    title: 'That took too long',
    lead: 'If you were sending a payment, it was sent once or not at all.',
    advice: 'Look at your payments first. If it is there, it is on its way; if not, send it again.',
    step: ['/payments', 'See your payments'],
  },
}

/** Writes `NNN.html`, `NNN.fragment.html` and `NNN.json` for every error that the edge itself can answer. */
export function writeErrorPages(folder: string, assets: Assets): void {
  mkdirSync(folder, { recursive: true })
  for (const [status, text] of Object.entries(ERROR_TEXTS)) {
    const html = render(<ErrorPage status={Number(status)} text={text} assets={assets} />, assets).parts.join('')
    const fragment = render(<ErrorNotice text={text} />, assets).parts.join('')
    const { title, lead, advice } = text
    const problem = {
      type: 'about:blank',
      title,
      status: Number(status),
      detail: `${lead} ${advice}`,
      trace: REFERENCE,
    }
    writeFileSync(join(folder, `${status}.html`), withReference(`<!doctype html>${html}`))
    writeFileSync(join(folder, `${status}.fragment.html`), fragment)
    writeFileSync(join(folder, `${status}.json`), withReference(JSON.stringify(problem)))
  }
}

/** Stands for the trace id of the request, which the edge alone knows when it serves the file. */
const REFERENCE = 'REFERENCE-OF-THIS-REQUEST'

function withReference(text: string): string {
  return text.replace(REFERENCE, '<!--# echo var="trace_id" default="" -->')
}

function ErrorPage({ status, text, assets }: { status: number; text: ErrorText; assets: Assets }) {
  const [address, words] = text.step
  return (
    <Document title={text.title} access="public" assets={assets}>
      <h1>{text.title}</h1>
      <p class="lead">{text.lead}</p>
      <p>{text.advice}</p>
      <p>
        <a class="button" href={address}>
          {words}
        </a>
      </p>
      <p>
        <small>
          Error {status} · reference {REFERENCE}
        </small>
      </p>
    </Document>
  )
}

function ErrorNotice({ text }: { text: ErrorText }) {
  return (
    <div class="notice bad" role="alert">
      <p>
        <strong>{text.title}.</strong> {text.lead} {text.advice}
      </p>
    </div>
  )
}
