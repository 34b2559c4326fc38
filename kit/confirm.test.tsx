import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NO_ASSETS } from './assets.fixture.ts'
import Confirm from './confirm.island.tsx'
import { Island } from './island.tsx'
import { compose, render } from './render.tsx'

const question = { title: 'Close it?', text: 'For <good>.', yes: 'Close', no: 'Keep it' }

test('from the server it is the form’s button and nothing else: no question that nobody can answer', () => {
  const html = compose(render(<Island of={Confirm} props={{ button: 'Close account', ...question }} />, NO_ASSETS))
  assert.match(html, '<button type="submit" class="button danger">Close account</button><script')
  assert.not.match(html, /<dialog|alertdialog/)
})

test('without a question of its own it is an ordinary button', () => {
  const html = compose(render(<Island of={Confirm} props={{ button: 'Send payment' }} />, NO_ASSETS))
  assert.match(html, '<button type="submit" class="button">Send payment</button>')
})

test.run()
