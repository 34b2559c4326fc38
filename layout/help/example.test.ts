import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { layOut } from './example.tsx'

test('markup has a line for each element, indented by what it is in', () => {
  const html = '<div class="a"><p>One <b>two</b>.</p><input name="x"/><ul><li>Three</li></ul></div><p>Four</p>'
  assert.equal(
    layOut(html).map((line) => line.replaceAll('\u00a0', ' ')),
    [
      '<div class="a">',
      '  <p>One <b>two</b>.</p>',
      '  <input name="x"/>',
      '  <ul>',
      '    <li>Three</li>',
      '  </ul>',
      '</div>',
      '<p>Four</p>',
    ],
  )
  assert.is(layOut(html).join('').replaceAll('\u00a0', ''), html, 'nothing is lost')
})

test.run()
