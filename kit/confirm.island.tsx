/**
 * A button that asks once more before it sends the form around it. Without JavaScript it is the form's button and sends
 * at once, so it belongs where that is acceptable. Everything that is sent stands in the form: nothing travels with it.
 *
 *     <form {...post.cancel}>
 *       <Hidden name="id" value={id} />
 *       <Island of={Confirm} when="idle" props={{ button: 'Cancel payment', title, text, yes, no }} />
 *     </form>
 *
 * Without a title it asks only what another island of the form wants to have asked, by an `ask` event on the form.
 */
import { Fragment, type VNode } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Dialog, type Question } from './dialog.tsx'
import { island } from './island.tsx'

type Props = {
  /** What the form does: "Cancel payment". */
  readonly button: string
} & (Question | { readonly title?: never })

export default island(import.meta, Confirm)

function Confirm({ button, ...own }: Props): VNode {
  const self = useRef<HTMLButtonElement>(null)
  const [question, setQuestion] = useState<Question>()

  function ask(event: Event, question: Question): void {
    // Firefox before 98 and Safari before 15.4 have none: there, the form is sent as it is without JavaScript.
    if (!('HTMLDialogElement' in window)) return
    event.preventDefault()
    setQuestion(question)
  }

  useLayoutEffect(() => self.current?.form?.addEventListener('ask', (event) => ask(event, event.detail)), [])

  return (
    <Fragment>
      <button
        type="submit"
        class={own.title ? 'button danger' : 'button'}
        ref={self}
        onClick={(event) => {
          const { form } = event.currentTarget
          // What is missing is said first: by the browser, which then sends nothing.
          if (own.title && (form?.noValidate || form?.checkValidity())) ask(event, own)
        }}
      >
        {button}
      </button>
      {question && (
        <Dialog
          {...question}
          danger={own.title !== undefined}
          onClose={() => {
            setQuestion(undefined)
            self.current?.focus()
          }}
        />
      )}
    </Fragment>
  )
}
