/**
 * The filter of the list. It is a form that works by itself; with JavaScript the list below follows what is typed. The
 * new list is HTML of the same fragment, so there is one place that renders it.
 */
import { useRef, useState } from 'preact/hooks'
import { island } from '#kit/island.tsx'

interface Props {
  /** Values and names of the states, the empty one for all. */
  readonly states: readonly (readonly [value: string, name: string])[]
  readonly state: string
  readonly q: string
}

const REGION = 'payments-list'
/** Long enough for the next key of somebody who types. */
const PAUSE_MS = 250

export default island(import.meta, Filter)

function Filter({ states, state, q }: Props) {
  const running = useRef<AbortController>(null)
  const [said, say] = useState('')

  async function follow(form: HTMLFormElement, pause: number) {
    running.current?.abort()
    const controller = new AbortController()
    running.current = controller
    const { signal } = controller
    const query = queryOf(form)
    try {
      await new Promise((resolve) => setTimeout(resolve, pause))
      if (signal.aborted) return
      const list = await fetchList(query, signal)
      document.getElementById(REGION)?.replaceWith(list)
      history.replaceState(null, '', `/payments${query}`)
      say(list.dataset.said ?? '')
    } catch {
      // The page itself knows best what to do when signed out, offline or failing.
      if (!signal.aborted) form.submit()
    }
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers of our floor do not know <search>.
    <form
      class="filter"
      method="get"
      action="/payments"
      role="search"
      aria-label="Payments"
      onInput={(event) => follow(event.currentTarget, PAUSE_MS)}
      onSubmit={(event) => {
        event.preventDefault()
        follow(event.currentTarget, 0)
      }}
    >
      <div class="field">
        <label for="state">Status</label>
        <select id="state" name="state">
          {states.map(([value, name]) => (
            <option key={value} value={value} selected={value === state}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for="q">Payee or description</label>
        <input id="q" name="q" type="search" maxLength={60} defaultValue={q} />
      </div>
      <button type="submit" class="button plain">
        Show
      </button>
      <p class="vh" role="status">
        {said}
      </p>
    </form>
  )
}

/** `?state=failed&q=water`, without what is empty. */
function queryOf(form: HTMLFormElement): string {
  const query = new URLSearchParams()
  for (const [name, value] of new FormData(form)) if (value) query.append(name, String(value))
  return `?${query}`.replace(/^\?$/, '')
}

async function fetchList(query: string, signal: AbortSignal): Promise<HTMLElement> {
  const answer = await fetch(`/_/payments/list${query}`, { signal })
  const html = await answer.text()
  const list = new DOMParser().parseFromString(html, 'text/html').getElementById(REGION)
  if (!answer.ok || !list) throw new Error(`No list: ${answer.status}.`)
  return list
}
