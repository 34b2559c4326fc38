/** The form for one's details. It carries the version that it was shown with, so that nothing is overwritten unseen. */
import type { VNode } from 'preact'
import { action, type FormState, fragment, redirect, z } from '#kit'
import { Late } from '#kit/card.tsx'
import { ErrorSummary, Field, Hidden } from '#kit/field.tsx'
import { DETAILS, type Details, KEYS, type Kept, LABELS, saveDetails } from './contact-details.ts'
import { COUNTRIES, LANGUAGES, labelOf } from './places.ts'
import { findDetails } from './store.ts'

const NO_COUNTRY = { value: '', label: 'Not given' }

export const edit = fragment('/_/profile/edit', {
  access: 'customer',
  cache: 'never',
  timeout: '2s',
  tags: ['profile:{user}'],
  proof: { href: '/profile', words: 'See your details' },
  load: (_, { db, user }) => findDetails(db, user.id),

  actions: {
    save: action(
      { ...DETAILS, version: z.coerce.number('This form was damaged on its way. Look at it once more.').int().min(0) },
      async ({ version, ...details }, { db, user }) => {
        const kept = await saveDetails(db, user.id, details, version)
        return redirect(`/profile?saved=${kept.version}`)
      },
    ),
  },

  render: (kept, { post, form }) => {
    const changed = listChanged(form, kept)
    return (
      <>
        <h1>Edit your details</h1>
        {changed.length > 0 ? (
          <Newer form={form} kept={kept} changed={changed} />
        ) : (
          <ErrorSummary form={form} title="Your details were not saved." />
        )}
        <p>Everything here is for you to give or to leave empty.</p>
        <form {...post.save}>
          {/* The version beside which the values below were shown: this time it has been seen. */}
          <Hidden name="version" value={String(kept.version)} />
          <Field
            form={form}
            name="phone"
            label={LABELS.phone}
            hint="We call only about a payment that looks wrong."
            inputMode="tel"
            autocomplete="tel"
            value={kept.phone}
          />
          <Field
            form={form}
            name="street"
            label={LABELS.street}
            autocomplete="street-address"
            maxLength={100}
            value={kept.street}
          />
          <Field
            form={form}
            name="postcode"
            label={LABELS.postcode}
            autocomplete="postal-code"
            maxLength={12}
            value={kept.postcode}
          />
          <Field
            form={form}
            name="city"
            label={LABELS.city}
            autocomplete="address-level2"
            maxLength={60}
            value={kept.city}
          />
          <Field
            form={form}
            name="country"
            label={LABELS.country}
            autocomplete="country"
            options={[NO_COUNTRY, ...COUNTRIES]}
            value={kept.country}
          />
          <Field
            form={form}
            name="language"
            label={LABELS.language}
            hint="Of our letters. These pages are in English."
            options={LANGUAGES}
            value={kept.language}
          />
          <button type="submit" class="button">
            Save details
          </button>
        </form>
        <p>
          <a href="/profile">Back without saving</a>
        </p>
      </>
    )
  },

  fallback: (
    <Late title="Edit your details" level={1} href="/profile/edit" step="Try again">
      The form is taking a moment. Nothing was changed.
    </Late>
  ),
})

/** The fields that differ from what somebody else has saved since the form was shown. */
function listChanged({ action, values, unsure }: FormState, kept: Kept): (keyof Details)[] {
  if (!action || unsure || values.version === String(kept.version)) return []
  return KEYS.filter((key) => typedOf(values, key) !== kept[key])
}

/** As it would be saved. */
function typedOf(values: FormState['values'], key: keyof Details): string {
  return DETAILS[key].safeParse(values[key]).data ?? values[key] ?? ''
}

interface NewerProps {
  form: FormState
  kept: Kept
  changed: readonly (keyof Details)[]
}

/** Both values of each field, and the two ways to go on. */
function Newer({ form, kept, changed }: NewerProps): VNode {
  return (
    <ErrorSummary form={form} title="This changed meanwhile, so yours is not saved yet.">
      <p>Somebody saved other details after you opened this form, perhaps you in another window.</p>
      <ul>
        {changed.map((key) => (
          <li key={key}>
            <a href={`#${key}`}>{LABELS[key]}</a>: {say(key, kept[key])} is saved now,{' '}
            {say(key, typedOf(form.values, key))} is yours.
          </li>
        ))}
      </ul>
      <p>Yours is in the form below: save it again to keep it.</p>
      <a class="button plain" href="/profile">
        Keep what is saved now
      </a>
    </ErrorSummary>
  )
}

function say(key: keyof Details, value: string): string {
  if (value === '') return 'nothing'
  const options = { country: COUNTRIES, language: LANGUAGES }
  return `“${key === 'country' || key === 'language' ? labelOf(options[key], value) : value}”`
}
