/** One section of a page under its own heading. */
import type { ComponentChildren, VNode } from 'preact'

interface CardProps {
  /** Of the heading, which names the section. Once on a page. */
  id: string
  title: ComponentChildren
  /** Not settled yet: empty, late, refreshing. */
  loose?: boolean
  children: ComponentChildren
}

export function Card({ id, title, loose = false, children }: CardProps): VNode {
  return (
    <section class={loose ? 'card loose' : 'card'} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}

interface LateProps {
  title: string
  /** The heading's level: 1 where the fragment is the whole page. */
  level?: 1 | 2
  /** What it means for the person and their money. */
  children: ComponentChildren
  /** The one next step. */
  href: string
  step: string
}

/** The fallback of a fragment: what did not come in time, what that means, and what to do. */
export function Late({ title, level = 2, children, href, step }: LateProps): VNode {
  return (
    <section class="card loose">
      {level === 1 ? <h1>{title}</h1> : <h2>{title}</h2>}
      <p>{children}</p>
      <p>
        <a href={href}>{step}</a>
      </p>
    </section>
  )
}
