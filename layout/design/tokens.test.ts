import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { contrastOf, readContrasts, readTokens } from './tokens.ts'

test('contrast is that of WCAG, rounded down', () => {
  assert.is(contrastOf('#000', '#fff'), 21)
  assert.is(contrastOf('#ffffff', '#777777'), 4.4)
  assert.is(contrastOf('#123456', '#123456'), 1)
})

test('text can be read by nearly everybody, and what has an edge shows it, in both themes', () => {
  const contrasts = readContrasts()
  for (const { name, lightRatio, darkRatio } of contrasts) {
    const least = ['--ink', '--quiet', '--accent', '--good', '--bad'].includes(name) ? 7 : name === '--edge' ? 3 : 1
    assert.ok(
      lightRatio >= least && darkRatio >= least,
      `${name}: ${lightRatio} light, ${darkRatio} dark, not ${least}`,
    )
  }
  assert.ok(contrasts.length >= 7)
})

test('a token without a dark value is the same in the dark', () => {
  const css = ':root { --ink: #000; --text: 1rem; }\n@media (prefers-color-scheme: dark) { :root { --ink: #fff; } }'
  assert.equal(readTokens(css), [
    { name: '--ink', light: '#000', dark: '#fff' },
    { name: '--text', light: '1rem', dark: '1rem' },
  ])
})

test.run()
