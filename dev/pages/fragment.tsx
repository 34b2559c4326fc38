/** One fragment: its declaration, itself alone and its fallback at a chosen width, and what can be done to it. */
import type { ComponentChild, VNode } from 'preact'
import { Card } from '#kit/card.tsx'
import { Facts } from '#kit/facts.tsx'
import { Notice } from '#kit/notice.tsx'
import type { CatalogueEntry, CatalogueInput } from '../catalogue.ts'
import type { Desk } from '../desk.ts'
import { FAULTS, type Fault } from '../faults.ts'
import { addressWith, queryOf, type Trial, WIDTHS } from '../trial.ts'
import { StateOf, sayCache } from './words.tsx'

interface FragmentPageProps {
  readonly entry: CatalogueEntry
  readonly trial: Trial
  readonly desk: Desk
  /** Why the last change was not made; empty otherwise. */
  readonly refused: string
}

/** What each switch does where the fragment's service answers. */
const EFFECTS: Readonly<Record<Fault, string>> = {
  slow: 'answers half a second after its time is over',
  dead: 'closes the connection without a word',
  'half-sent': 'promises the whole answer and breaks off in the middle',
  failing: 'answers 500',
}

export function FragmentPage({ entry, trial, desk, refused }: FragmentPageProps): VNode {
  return (
    <>
      <h1>{entry.route}</h1>
      {refused && (
        <Notice kind="bad" title="Nothing was changed.">
          {refused}
        </Notice>
      )}
      <Card id="declaration" title="Declared">
        <Facts facts={factsOf(entry)} />
      </Card>
      <Card id="alone" title="Alone">
        <TrialForm entry={entry} trial={trial} />
        <Frames entry={entry} trial={trial} />
        {entry.access !== 'public' && (
          <p>
            Shown as to whoever is signed in in this browser.{' '}
            <a href={`/sign-in?next=${encodeURIComponent(`/_dev/fragments/${placeOf(entry)}`)}`}>Sign in</a>
          </p>
        )}
      </Card>
      <Card id="switches" title="On its pages">
        <p>
          Now: <StateOf entry={entry} desk={desk} />. {linkPages(entry)}
        </p>
        <FaultForm entry={entry} fault={desk.faults[placeOf(entry)]} />
      </Card>
      <Card id="override" title="Asked elsewhere">
        <OverrideForm entry={entry} desk={desk} />
      </Card>
    </>
  )
}

function factsOf(entry: CatalogueEntry): [string, ComponentChild][] {
  const codes = (values: readonly string[]) => values.length > 0 && values.map((value) => [<code>{value}</code>, ' '])
  return [
    ['Source', <code>{entry.source}</code>],
    ['Who may see it', entry.access],
    ['Kept', sayCache(entry.cache)],
    ['Tags', codes(entry.tags)],
    ['Time limit', `${entry.timeout} ms`],
    ['Inputs', entry.inputs.length > 0 && entry.inputs.map(describeInput)],
    ['Actions', codes(entry.actions)],
    ['Includes', codes(entry.includes)],
    ['Styles', codes(entry.styles.map(({ name }) => name))],
    ['On pages', entry.pages.length > 0 ? codes(entry.pages) : 'none'],
  ]
}

function describeInput({ name, pattern, required, takes }: CatalogueInput): VNode {
  return (
    <p>
      <code>{name}</code>
      {required ? ', required: ' : ': '}
      {takes || <code>{pattern}</code>}
    </p>
  )
}

function TrialForm({ entry, trial }: { entry: CatalogueEntry; trial: Trial }): VNode {
  return (
    <form method="get" action={`/_dev/fragments/${placeOf(entry)}#alone`}>
      {entry.inputs.map((input) => (
        <div class="field">
          <label for={`in.${input.name}`}>{input.name}</label>
          <small>
            {input.type}:{' '}
            {input.samples.map((value) => [
              <a href={`${addressWith(placeOf(entry), trial, input.name, value)}#alone`}>{value || 'not given'}</a>,
              ' ',
            ])}
          </small>
          <input id={`in.${input.name}`} name={`in.${input.name}`} value={trial.inputs[input.name]} />
        </div>
      ))}
      <div class="row">
        <div class="field">
          <label for="width">Width</label>
          <select id="width" name="width">
            {WIDTHS.map((width) => (
              <option value={width} selected={width === trial.width}>
                {width} px
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="own">or your own</label>
          <input id="own" name="own" inputMode="numeric" value={isUsual(trial.width) ? '' : trial.width} />
        </div>
      </div>
      <button class="button plain" type="submit">
        Show
      </button>
    </form>
  )
}

function Frames({ entry, trial }: { entry: CatalogueEntry; trial: Trial }): VNode {
  const place = placeOf(entry)
  return (
    <div class="frames">
      <figure>
        <figcaption>As it answers</figcaption>
        <iframe title="As it answers" width={trial.width} height={480} src={`/_dev/alone/${place}${queryOf(trial)}`} />
      </figure>
      <figure>
        <figcaption>Its fallback</figcaption>
        <iframe title="Its fallback" width={trial.width} height={240} src={`/_dev/fallback/${place}`} />
      </figure>
    </div>
  )
}

function FaultForm({ entry, fault }: { entry: CatalogueEntry; fault: Fault | undefined }): VNode {
  const choices = [
    ['', 'well', 'answers as it does'] as const,
    ...FAULTS.map((name) => [name, name, EFFECTS[name]] as const),
  ]
  return (
    <form method="post" action={`/_dev/fault/${placeOf(entry)}`}>
      <fieldset class="choices">
        <legend>The fragment</legend>
        {choices.map(([value, name, effect]) => (
          <label>
            <input type="radio" name="fault" value={value} checked={value === (fault ?? '')} /> <strong>{name}</strong>{' '}
            {effect}
          </label>
        ))}
      </fieldset>
      <button class="button" type="submit">
        Make it so
      </button>
    </form>
  )
}

function OverrideForm({ entry, desk }: { entry: CatalogueEntry; desk: Desk }): VNode {
  const address = desk.overrides[placeOf(entry)] ?? desk.overrides[entry.mfe] ?? ''
  const whole = desk.overrides[entry.mfe] !== undefined
  return (
    <form method="post" action={`/_dev/override/${placeOf(entry)}`}>
      <div class="field">
        <label for="address">Address</label>
        <small>Of a service that answers {entry.route}, as 127.0.0.1:5000. Empty: it is asked here.</small>
        <input id="address" name="address" value={address} autocomplete="off" />
      </div>
      <div class="choices">
        <label>
          <input type="checkbox" name="whole" value="1" checked={whole} /> all of {entry.mfe}, with its API
        </label>
      </div>
      <button class="button plain" type="submit">
        Ask there
      </button>
    </form>
  )
}

function linkPages({ pages }: CatalogueEntry): ComponentChild {
  const open = pages.filter((page) => !page.includes(':'))
  if (open.length === 0) return 'No page with a fixed address includes it.'
  return ['It is on ', open.map((page, index) => [index > 0 && ', ', <a href={page}>{page}</a>]), '.']
}

function placeOf({ mfe, name }: Pick<CatalogueEntry, 'mfe' | 'name'>): string {
  return `${mfe}/${name}`
}

function isUsual(width: number): boolean {
  return WIDTHS.some((usual) => usual === width)
}
