/** What is wrong, over the page that still stands. In a shadow root: neither style sees the other. */
import type { Report } from '../report.ts'

const STYLE = `
:host { all: initial; position: fixed; inset: auto 0 0; z-index: 2147483647; }
section {
  max-height: 60vh; overflow: auto; box-sizing: border-box; padding: 16px 24px;
  border-top: 4px solid #911; background: #10131f; color: #eef;
  font: 16px/1.5 -apple-system, "Segoe UI", Roboto, Arial, sans-serif;
}
h2 { margin: 0; font-size: 18px; }
p { margin: 4px 0 12px; }
pre { margin: 0; overflow-x: auto; font: 14px/1.5 ui-monospace, monospace; tab-size: 2; }
`

/** A fault in its fragment's place is part of the page; its lines scroll there. */
const PAGE_STYLE = `
[data-dev-fault] pre { overflow-x: auto; font: 14px/1.5 ui-monospace, monospace; tab-size: 2; }
`

const ID = 'selvedge-development'

export function styleFaults(): void {
  document.adoptedStyleSheets = [sheetOf(PAGE_STYLE)]
}

export function showProblem({ message, fragment, place, frame }: Report): void {
  const shadow = overlay()
  const section = document.createElement('section')
  section.setAttribute('role', 'alert')
  const where = place ? `${place.file}:${place.line}:${place.column}` : ''
  section.append(
    element('h2', [fragment, where].filter(Boolean).join('  ') || 'The portal did not start'),
    element('p', message),
    element('pre', frame),
    element('p', 'This page is from before. It goes on by itself when this is mended.'),
  )
  shadow.replaceChildren(section)
}

export function hideProblem(): void {
  document.getElementById(ID)?.remove()
}

function overlay(): ShadowRoot {
  const known = document.getElementById(ID)?.shadowRoot
  if (known) return known
  const host = document.createElement('div')
  host.id = ID
  document.body.append(host)
  const shadow = host.attachShadow({ mode: 'open' })
  shadow.adoptedStyleSheets = [sheetOf(STYLE)]
  return shadow
}

/** Not bound by the policy of the page, unlike a style element. */
function sheetOf(style: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(style)
  return sheet
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name)
  made.textContent = text
  return made
}
