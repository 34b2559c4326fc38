/** What a person has typed, chosen and scrolled to, over a refresh of the page. */
interface Kept {
  readonly fields: readonly KeptField[]
  /** Key of the field that has the focus. */
  readonly focus: string | undefined
  readonly selection: readonly [start: number, end: number] | undefined
  readonly scroll: readonly [x: number, y: number]
}

interface KeptField {
  readonly key: string
  readonly value: string
  readonly checked: boolean
}

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

const PLACE = `dev:kept:${location.pathname}`
/** A password is typed again. Hidden fields are the page's to say; files and buttons hold nothing. */
const NOT_KEPT = ['password', 'hidden', 'file', 'submit', 'button', 'reset', 'image']
/** Islands take over their fields some time after the page has loaded, and may set them back. */
const WATCHED_MS = 2_000
const EACH_MS = 100

export function keepForms(): void {
  const fields = keyedFields()
  const focus = [...fields].find(([, field]) => field === document.activeElement)
  const kept: Kept = {
    fields: Array.from(fields, ([key, field]) => ({ key, value: field.value, checked: isChecked(field) })),
    focus: focus?.[0],
    selection: focus && selectionOf(focus[1]),
    scroll: [scrollX, scrollY],
  }
  sessionStorage.setItem(PLACE, JSON.stringify(kept))
}

/** Does nothing where the page was not kept a moment ago. */
export function restoreForms(): void {
  const text = sessionStorage.getItem(PLACE)
  sessionStorage.removeItem(PLACE)
  if (!text) return
  const kept: Kept = JSON.parse(text)
  restoreFields(kept)
  restoreFocus(kept)
  scrollTo(...kept.scroll)
  watchFields(kept)
}

function watchFields(kept: Kept): void {
  const until = performance.now() + WATCHED_MS
  const timer = setInterval(() => {
    restoreFields(kept)
    if (performance.now() > until) clearInterval(timer)
  }, EACH_MS)
  // From here on the person has the say.
  for (const name of ['input', 'pointerdown', 'keydown']) {
    addEventListener(name, (event) => event.isTrusted && clearInterval(timer), { capture: true })
  }
}

function restoreFields({ fields }: Kept): void {
  const present = keyedFields()
  for (const { key, value, checked } of fields) {
    const field = present.get(key)
    if (!field || (field.value === value && isChecked(field) === checked)) continue
    field.value = value
    if (field instanceof HTMLInputElement) field.checked = checked
    field.dispatchEvent(new Event('input', { bubbles: true }))
    field.dispatchEvent(new Event('change', { bubbles: true }))
  }
}

function restoreFocus({ focus, selection }: Kept): void {
  const field = focus === undefined ? undefined : keyedFields().get(focus)
  if (!field) return
  field.focus({ preventScroll: true })
  // Fields for numbers and dates have no selection.
  if (field instanceof HTMLSelectElement || field.selectionStart === null || !selection) return
  field.setSelectionRange(...selection)
}

/** Fields by their form and their name or id; radio buttons also by their value, and twins by their order. */
function keyedFields(): Map<string, Field> {
  const fields = new Map<string, Field>()
  const forms = [...document.forms]
  for (const field of document.querySelectorAll<Field>('input, select, textarea')) {
    if (NOT_KEPT.includes(field.type)) continue
    const choice = field.type === 'radio' || field.type === 'checkbox' ? field.value : ''
    const key = [formKey(field.form, forms), field.name || field.id, choice].join(' ')
    let order = 0
    while (fields.has(`${key} ${order}`)) order++
    fields.set(`${key} ${order}`, field)
  }
  return fields
}

function formKey(form: HTMLFormElement | null, forms: readonly HTMLFormElement[]): string {
  if (!form) return ''
  return form.getAttribute('action') || form.id || String(forms.indexOf(form))
}

function isChecked(field: Field): boolean {
  return field instanceof HTMLInputElement && field.checked
}

function selectionOf(field: Field): [number, number] | undefined {
  if (field instanceof HTMLSelectElement || field.selectionStart === null) return undefined
  return [field.selectionStart, field.selectionEnd ?? field.selectionStart]
}
