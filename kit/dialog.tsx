/** One question that cannot wait, as a native dialog inside the form that it is about. For islands: it needs JavaScript. */
import type { VNode } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

export interface Question {
  /** The question itself. */
  readonly title: string
  /** What it means if they say yes. */
  readonly text: string
  /** What is done, as on the button that asked: "Cancel payment". Sends the form. */
  readonly yes: string
  /** What stays: "Keep it". */
  readonly no: string
}

declare global {
  interface HTMLElementEventMap {
    /** Asks something before a form is sent; whoever can ask it calls `preventDefault`. */
    ask: CustomEvent<Question>
  }
}

interface DialogProps extends Question {
  readonly danger: boolean
  readonly onClose: () => void
}

/** Open from its first render on; `onClose` takes it away. The safe answer comes first, so that it has the focus. */
export function Dialog({ title, text, yes, no, danger, onClose }: DialogProps): VNode {
  const dialog = useRef<HTMLDialogElement>(null)
  const sent = useRef(false)
  const close = () => dialog.current?.close()
  useLayoutEffect(() => {
    dialog.current?.showModal()
    // Whoever comes back to this page by the back button finds it as it was before the question.
    addEventListener('pagehide', close)
    return () => removeEventListener('pagehide', close)
  }, [])
  return (
    <dialog ref={dialog} role="alertdialog" aria-labelledby="question" aria-describedby="consequence" onClose={onClose}>
      <h2 id="question">{title}</h2>
      <p id="consequence">{text}</p>
      <div class="buttons">
        <button type="button" class="button plain" onClick={close}>
          {no}
        </button>
        <button
          type="submit"
          class={danger ? 'button danger' : 'button'}
          onClick={(event) => {
            // A double click is one yes.
            if (sent.current) event.preventDefault()
            sent.current = true
          }}
        >
          {yes}
        </button>
      </div>
    </dialog>
  )
}
