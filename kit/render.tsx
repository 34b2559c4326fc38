/** Renders to HTML that is safe to compose: nothing in it can instruct nginx or an ESI processor but our own includes. */
import { randomBytes } from 'node:crypto'
import type { ComponentChild } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { AssetContext, type AssetUrls } from './assets.ts'
import { type IncludeCall, Includes, includeDirective } from './include.tsx'

export interface Rendered {
  /** The text before, between and after the includes: always one more than there are includes. */
  readonly parts: readonly string[]
  readonly includes: readonly IncludeCall[]
}

/** Nobody sees it: each token is cut out of what it was rendered into. */
const SECRET = randomBytes(16).toString('hex')
let renders = 0

/** Renders once; includes are found by a token that no user can have written: secret, and new for each render. */
export function render(content: ComponentChild, assets: AssetUrls): Rendered {
  const token = `${SECRET}-${++renders}-`
  const includes: IncludeCall[] = []
  const collector = {
    add(call: IncludeCall) {
      includes.push(call)
      return token
    },
  }
  const html = renderToString(
    <AssetContext.Provider value={assets}>
      <Includes.Provider value={collector}>{content}</Includes.Provider>
    </AssetContext.Provider>,
  )
  return { parts: disarm(html).split(token), includes }
}

/** The rendered parts with every include as a directive. */
export function compose({ parts, includes }: Rendered): string {
  return parts.map((part, index) => part + directiveAt(includes, index)).join('')
}

/**
 * Preact escapes `<` in text and attributes, so only raw HTML can hold a directive. It is made visible text, not dropped:
 * whoever wrote it should see that it does not work.
 */
export function disarm(html: string): string {
  // Almost nothing holds one, and to look at each "<" takes five times as long.
  if (!/!--|esi:/i.test(html)) return html
  return html.replace(/<(?=!--\s*#|!--\s*esi|\/?esi:)/gi, '&lt;')
}

function directiveAt(includes: readonly IncludeCall[], index: number): string {
  const call = includes[index]
  return call ? includeDirective(call) : ''
}
