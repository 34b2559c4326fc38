/** A component as the design page shows it: its name, when to use it, itself, and the markup it makes. */
import { type ComponentChildren, Fragment, h, type VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { Card } from '#kit/card.tsx'

interface ExampleProps {
  id: string
  name: string
  /** When to use it. */
  use: string
  /** The file that makes it, or nothing where it is markup alone. */
  from?: string
  children: ComponentChildren
}

export function Example({ id, name, use, from, children }: ExampleProps): VNode {
  return (
    <Card id={id} title={name}>
      <p>
        {use}
        {from && (
          <>
            {' '}
            In <code>{from}</code>.
          </>
        )}
      </p>
      {children}
      <details>
        <summary>Markup</summary>
        <Markup html={renderToString(h(Fragment, null, children))} />
      </details>
    </Card>
  )
}

/** Breaks and no `<pre>`: long lines wrap, and nothing scrolls sideways. */
function Markup({ html }: { html: string }) {
  return (
    <p>
      <code>
        {layOut(html).map((line, index) => (
          <>
            {index > 0 && <br />}
            {line}
          </>
        ))}
      </code>
    </p>
  )
}

/** Elements that stand within a line, and those that hold nothing. */
const INLINE = /^<\/?(?:a|b|small|strong|span|data|time|code)\b/
const EMPTY = /^<(?:input|br|img)\b|\/>$/

/** A line for each element, indented by what it is in. */
export function layOut(html: string): string[] {
  const lines: string[] = []
  const open: { parts: number }[] = []
  let fresh = true
  const write = (text: string, depth: number) => {
    if (fresh) lines.push(INDENT.repeat(depth) + text)
    else lines.push(`${lines.pop() ?? ''}${text}`)
    fresh = false
  }
  for (const part of html.match(/<[^>]+>|[^<]+/g) ?? []) {
    if (!part.startsWith('<') || INLINE.test(part)) {
      write(part, open.length)
    } else if (part.startsWith('</')) {
      const { parts } = open.pop() ?? { parts: 0 }
      fresh = parts > 0
      write(part, open.length)
      fresh = true
    } else {
      for (const outer of open.slice(-1)) outer.parts++
      fresh = true
      write(part, open.length)
      fresh = EMPTY.test(part)
      if (!EMPTY.test(part)) open.push({ parts: 0 })
    }
  }
  return lines
}

const INDENT = '\u00a0\u00a0'
