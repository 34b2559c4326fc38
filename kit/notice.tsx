/** Something happened to this page or this money: said in bold first. */
import type { ComponentChildren, VNode } from 'preact'

interface NoticeProps {
  /** `bad` is read out at once, and marked by more than its colour. */
  kind?: 'good' | 'bad'
  /** What happened, as a sentence. */
  title: string
  children?: ComponentChildren
}

export function Notice({ kind = 'good', title, children }: NoticeProps): VNode {
  const bad = kind === 'bad'
  return (
    <div class={bad ? 'notice bad' : 'notice'} role={bad ? 'alert' : 'status'}>
      <p>
        <strong data-status={bad ? 'failed' : undefined}>{title}</strong> {children}
      </p>
    </div>
  )
}
