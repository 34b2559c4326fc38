/** In a fragment's place, in development only: what it threw and where, instead of its fallback. */
import type { VNode } from 'preact'
import { type Report, sayPlace } from './report.ts'

export function FaultNotice({ report: { message, fragment, place, frame } }: { report: Report }): VNode {
  return (
    <section class="notice bad" data-dev-fault={fragment}>
      <p>
        <strong>{fragment ?? 'A fragment'} threw while it rendered</strong>
        {place && <small>{sayPlace(place)}</small>}
      </p>
      <p>{message}</p>
      {frame && (
        <pre>
          <code>{frame}</code>
        </pre>
      )}
    </section>
  )
}
