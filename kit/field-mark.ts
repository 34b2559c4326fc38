/** Marks a field in the browser as `<Field>` does on the server. */

/** Says at the field what is wrong with it; without a sentence, nothing is. */
export function markField(control: HTMLElement, sentence: string | undefined): void {
  const hint = document.getElementById(`${control.id}-hint`)
  const id = `${control.id}-error`
  const before = document.getElementById(id)
  if (before) before.remove()
  setAttribute(control, 'aria-invalid', sentence && 'true')
  setAttribute(control, 'aria-describedby', [hint ? hint.id : '', sentence && id].filter(Boolean).join(' '))
  if (!sentence) return
  const error = document.createElement('span')
  Object.assign(error, { className: 'error', id, textContent: sentence })
  error.dataset.status = 'failed'
  control.before(error)
}

/** Empty or none: the attribute goes. */
function setAttribute(control: HTMLElement, name: string, value: string | undefined): void {
  if (value) control.setAttribute(name, value)
  else control.removeAttribute(name)
}
