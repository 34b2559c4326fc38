import { renderToString } from 'preact-render-to-string'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Amount } from './amount.tsx'
import { ErrorSummary, Field, Hidden } from './field.tsx'
import { EMPTY_FORM, type FormState } from './fragment.ts'

const refused: FormState = {
  action: 'send',
  values: { payee: 'A "quoted" <b>', currency: 'USD', password: 'hunter2' },
  errors: { payee: 'Enter the name of the payee.', amount: 'Enter the amount.' },
  problem: 'Some values need another look.',
  unsure: false,
}

test('a field is a label, a hint and a control that is described by it', () => {
  const html = renderToString(<Field form={EMPTY_FORM} name="payee" label="Payee" hint="Their name." required />)
  assert.is(
    html,
    '<div class="field"><label for="payee">Payee</label><small id="payee-hint">Their name.</small>' +
      '<input id="payee" name="payee" required aria-describedby="payee-hint" type="text"/></div>',
  )
})

test('a refused field keeps its value, inert, and says what was wrong', () => {
  const html = renderToString(<Field form={refused} name="payee" label="Payee" hint="Their name." />)
  assert.match(html, '<span class="error" id="payee-error" data-status="failed">Enter the name of the payee.</span>')
  assert.match(html, 'aria-describedby="payee-hint payee-error" aria-invalid="true"')
  assert.match(html, 'value="A &quot;quoted&quot; &lt;b')
  assert.not.match(html, '<b>')
})

test('an emptied field stays empty, a password is never sent back', () => {
  assert.not.match(renderToString(<Field form={refused} name="amount" label="Amount" value="5" />), '5')
  assert.not.match(renderToString(<Field form={refused} name="password" label="Password" type="password" />), 'hunter2')
})

test('a select shows what was chosen', () => {
  const options = ['EUR', 'USD'].map((value) => ({ value, label: value }))
  const of = (form: FormState) =>
    renderToString(<Field form={form} name="currency" label="Currency" value="EUR" options={options} />)
  assert.match(of(EMPTY_FORM), '<option value="EUR" selected>')
  assert.match(of(refused), '<option value="USD" selected>')
})

test('the summary links to each field and takes the focus; there is none without a refusal', () => {
  const html = renderToString(<ErrorSummary form={refused} title="Not sent." />)
  assert.match(html, '<div class="notice bad" role="alert" tabindex="-1" id="errors" autofocus>')
  assert.match(html, '2 things need you first.')
  assert.match(html, '<a href="#payee">Enter the name of the payee.</a>')
  assert.is(renderToString(<ErrorSummary form={EMPTY_FORM} title="Not sent." />), '')
})

test('a refusal of the form as a whole is said in its place', () => {
  const html = renderToString(
    <ErrorSummary form={{ ...refused, errors: {}, problem: 'Too late.' }} title="Not sent." />,
  )
  assert.match(html, 'Too late.')
})

test('hidden values and amounts', () => {
  assert.is(renderToString(<Hidden name="key" value="a&b" />), '<input type="hidden" name="key" value="a&amp;b"/>')
  assert.is(renderToString(<Hidden name="key" value={undefined} />), '')
  assert.is(
    renderToString(<Amount amount={123450} currency="EUR" />),
    '<data value="1234.50">1,234.50 <small>EUR</small></data>',
  )
})

test.run()
