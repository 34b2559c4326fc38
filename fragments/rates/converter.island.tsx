/** The converter: the same form, words and figures on the server and in the browser. */
import { Fragment } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { island } from '#kit/island.tsx'
import { type Currency, formatMoney, isCurrency } from '#kit/money.ts'
import { type Conversion, convert, type Middles } from './exchange.ts'

interface Props {
  /** As it was typed. */
  readonly amount: string
  readonly from: Currency
  readonly to: Currency
  readonly currencies: readonly (readonly [currency: string, name: string])[]
  readonly middles: Middles
}

/** Sent along with the other forms of the page, too: they lead to the same address. */
const NAMES = ['amount', 'from', 'to'] as const

export default island(import.meta, Converter)

function Converter({ currencies, middles, ...first }: Props) {
  const self = useRef<HTMLFormElement>(null)
  const [chosen, choose] = useState(first)
  const { amount, from, to } = chosen
  const found = convert(amount, from, to, middles)
  const wrong = 'refusal' in found ? found.field : undefined
  const follow = (form: HTMLFormElement) => choose(readForm(form, first))
  // On a slow line somebody has typed before this script came, and browsers fill in what was chosen before.
  useLayoutEffect(() => {
    if (self.current) follow(self.current)
  }, [])
  return (
    <Fragment>
      <form
        ref={self}
        id="convert-form"
        method="get"
        action="/rates#convert"
        onInput={(event) => follow(event.currentTarget)}
        onSubmit={(event) => {
          event.preventDefault()
          follow(event.currentTarget)
        }}
      >
        <div class="field">
          <label for="amount">Amount</label>
          <input
            id="amount"
            name="amount"
            inputMode="decimal"
            autocomplete="off"
            maxLength={40}
            defaultValue={first.amount}
            aria-describedby="converted"
            aria-invalid={wrong === 'amount' ? 'true' : undefined}
          />
        </div>
        <div class="pair">
          <Choice name="from" label="From" chosen={first.from} currencies={currencies} />
          <Choice name="to" label="To" chosen={first.to} currencies={currencies} wrong={wrong === 'to'} />
        </div>
        <button type="submit" class="button plain">
          Convert
        </button>
      </form>
      {['base-form', 'history-form'].map((form) =>
        NAMES.map((name) => <input type="hidden" form={form} name={name} value={chosen[name]} />),
      )}
      <div id="converted" role="status">
        {'refusal' in found ? (
          <p class="error" data-status="failed">
            {found.refusal}
          </p>
        ) : (
          <Answer found={found} />
        )}
      </div>
    </Fragment>
  )
}

interface ChoiceProps {
  name: 'from' | 'to'
  label: string
  chosen: Currency
  currencies: Props['currencies']
  wrong?: boolean
}

function Choice({ name, label, chosen, currencies, wrong }: ChoiceProps) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name} aria-invalid={wrong ? 'true' : undefined}>
        {currencies.map(([currency, title]) => (
          <option key={currency} value={currency} selected={currency === chosen}>
            {currency} {title}
          </option>
        ))}
      </select>
    </div>
  )
}

function Answer({ found: { given, result, rate, middle, charge } }: { found: Conversion }) {
  const [from, to] = [given.currency, result.currency]
  return (
    <>
      <p class="lead num">
        {formatMoney(given)} is <b>{formatMoney(result)}</b>
      </p>
      <p>
        We buy 1&nbsp;{from} from you for {rate}&nbsp;{to}. The middle rate is {middle}; the difference,{' '}
        {formatMoney(charge)}, is all that we charge.
      </p>
    </>
  )
}

function readForm(form: HTMLFormElement, first: Pick<Props, 'from' | 'to'>) {
  const data = new FormData(form)
  const [amount = '', from, to] = NAMES.map((name) => String(data.get(name)))
  return { amount, from: isCurrency(from) ? from : first.from, to: isCurrency(to) ? to : first.to }
}
