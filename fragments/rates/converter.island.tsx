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

export default island(import.meta, Converter)

function Converter({ currencies, middles, ...first }: Props) {
  const self = useRef<HTMLFormElement>(null)
  const [{ amount, from, to }, choose] = useState(first)
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

function readForm(form: HTMLFormElement, { from, to }: Pick<Props, 'from' | 'to'>) {
  const data = new FormData(form)
  const text = (name: string) => String(data.get(name) ?? '')
  const chosen = (name: string, otherwise: Currency) => {
    const currency = text(name)
    return isCurrency(currency) ? currency : otherwise
  }
  return { amount: text('amount'), from: chosen('from', from), to: chosen('to', to) }
}
