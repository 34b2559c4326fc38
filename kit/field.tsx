/** Form controls that know what was typed and what was wrong with it. Markup and order are the design system's. */
import { type ComponentChild, type ComponentChildren, h, type PartialInputHTMLAttributes, type VNode } from 'preact'
import type { FormState } from './fragment.ts'

type Attributes = Pick<
  PartialInputHTMLAttributes<HTMLInputElement>,
  'required' | 'autocomplete' | 'inputMode' | 'maxLength' | 'min' | 'max' | 'step' | 'autoFocus' | 'spellcheck'
>

export interface FieldProps extends Attributes {
  form: FormState
  /** Also its id, which the error summary links to. */
  name: string
  label: string
  hint?: string
  type?: 'text' | 'email' | 'password' | 'number' | 'search'
  /** Before anything was typed. */
  value?: string
  /** Makes it a select. */
  options?: readonly Option[]
}

export interface Option {
  readonly value: string
  readonly label: string
}

/** One label, one control, and below the label its hint and its error. */
export function Field({ form, name, label, hint, type = 'text', value, options, ...attributes }: FieldProps): VNode {
  const error = form.errors[name]
  const described = [hint && `${name}-hint`, error && `${name}-error`].filter(Boolean).join(' ')
  const common = {
    id: name,
    name,
    ...attributes,
    ...(described ? { 'aria-describedby': described } : {}),
    ...(error ? ({ 'aria-invalid': 'true' } as const) : {}),
  }
  // A refused form shows what was typed, also where that is nothing. A password is never sent back.
  const shown = type === 'password' ? undefined : form.action ? (form.values[name] ?? '') : value
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {hint && <small id={`${name}-hint`}>{hint}</small>}
      {error && (
        <span class="error" id={`${name}-error`} data-status="failed">
          {error}
        </span>
      )}
      {options ? (
        <select {...common}>
          {options.map((option) => (
            <option value={option.value} selected={option.value === (shown ?? '')}>
              {option.label}
            </option>
          ))}
        </select>
      ) : (
        // Not JSX: its types want the kind of input to be known before the program runs.
        h('input', { ...common, type, value: shown })
      )}
    </div>
  )
}

interface SummaryProps {
  form: FormState
  /** What did not happen. */
  title: string
  /** What to do about it, where that is not the fields' errors. */
  children?: ComponentChildren
}

/** What was refused, above the form, with a link to each field. Nothing for a form that was not refused. */
export function ErrorSummary({ form, title, children }: SummaryProps): VNode | null {
  if (!form.action) return null
  if (form.unsure) return <UnsureNotice />
  const errors = Object.entries(form.errors)
  return (
    // biome-ignore lint/a11y/noAutofocus: the page was just asked for; a screen reader begins with what went wrong.
    <div class="notice bad" role="alert" tabIndex={-1} id="errors" autoFocus>
      <p>
        <strong data-status="failed">{title}</strong> {!children && sayMore(form.problem, errors.length)}
      </p>
      {children ?? (errors.length > 0 && <ErrorLinks errors={errors} />)}
    </div>
  )
}

/** After a failure of ours: the form below is the one that was sent, and counts once. */
export function UnsureNotice(): VNode {
  return (
    // biome-ignore lint/a11y/noAutofocus: as above.
    <div class="notice bad" role="alert" tabIndex={-1} id="errors" autoFocus>
      <p>
        <strong data-status="failed">Something went wrong on our side.</strong> What you sent was done once or not at
        all. Send it again from here: it is still done only once.
      </p>
    </div>
  )
}

function ErrorLinks({ errors }: { errors: readonly (readonly [name: string, message: string])[] }): VNode {
  return (
    <ul>
      {errors.map(([name, message]) => (
        <li key={name}>
          <a href={`#${name}`}>{message}</a>
        </li>
      ))}
    </ul>
  )
}

/** A value that travels with the form. */
export function Hidden({ name, value }: { name: string; value: string | undefined }): ComponentChild {
  return value === undefined ? null : <input type="hidden" name={name} value={value} />
}

function sayMore(problem: string | undefined, errors: number): string | undefined {
  if (errors === 0) return problem
  return errors === 1 ? undefined : `${errors} things need you first.`
}
