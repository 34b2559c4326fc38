import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { z } from 'zod'
import { inputPatterns, parseBody, parseQuery, singleValues } from './input.ts'

const shape = {
  id: z.uuid(),
  limit: z.coerce.number().int().min(1).max(50).default(5),
  state: z.enum(['open', 'done']).optional(),
  q: z.string().max(10).optional(),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .optional(),
}
const ID = '0b0e6d4e-0d5c-4c2e-9d52-0a0b0c0d0e0f'

test('a query is parsed, with defaults for what is not given or empty', () => {
  const parsed = parseQuery(z.strictObject(shape), new URLSearchParams(`id=${ID}&state=&q=caf%C3%A9`))
  assert.equal(parsed, { id: ID, limit: 5, q: 'café' })
})

test('what is unknown, repeated or malformed is refused with its name', () => {
  const parse = (query: string) => parseQuery(z.strictObject(shape), new URLSearchParams(query))
  assert.throws(() => parse(`id=${ID}&colour=red`), /colour/)
  assert.throws(() => parse(`id=${ID}&id=${ID}`), /"id" is given twice/)
  assert.throws(() => parse(`id=${ID}&limit=51`), /limit/)
  assert.throws(() => parse(`id=${ID}&q=%00`), /NUL/)
  assert.throws(() => parse(''), /id/)
})

test('no query makes the parser throw anything but a refusal', () => {
  const schema = z.strictObject(shape)
  fc.assert(
    fc.property(fc.string(), (query) => {
      try {
        parseQuery(schema, new URLSearchParams(query))
      } catch (error) {
        assert.is(error instanceof Error && 'status' in error && error.status, 400)
      }
    }),
  )
})

test('a body that does not fit is told field by field', () => {
  const schema = z.strictObject({ name: z.string('Enter a name.'), age: z.number('Enter an age.') })
  try {
    parseBody(schema, { extra: 1 })
    assert.unreachable()
  } catch (error) {
    const fields = error instanceof Error && 'fields' in error ? error.fields : undefined
    assert.equal(Object.keys(fields ?? {}).sort(), ['age', 'extra', 'name'])
  }
})

test('names that are special to objects are only names', () => {
  const values = singleValues(new URLSearchParams('__proto__=1&constructor=2'))
  assert.is(Object.hasOwn(values, 'constructor'), true)
  assert.is(Object.getPrototypeOf(values), Object.prototype)
})

test('the edge admits exactly what the schema does, as it stands in a URL', () => {
  const patterns = new Map(
    inputPatterns(shape, 'test').map(({ name, pattern }) => [name, new RegExp(`^(?:${pattern})$`)]),
  )
  const admits = (name: string, value: string) => patterns.get(name)?.test(value)
  assert.ok(admits('id', ID))
  assert.not.ok(admits('id', `${ID}&admin=1`))
  assert.not.ok(admits('id', ID.toUpperCase()), 'one spelling for one thing')
  assert.not.ok(admits('limit', '05'))
  assert.ok(admits('limit', '12'))
  assert.not.ok(admits('limit', '1e3'))
  assert.ok(admits('state', 'open'))
  assert.not.ok(admits('state', 'opened'))
  assert.not.ok(admits('cursor', 'a/b'))
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 15 }), (text) => {
      const written = new URLSearchParams({ q: text }).toString().slice(2)
      return admits('q', written) === [...text].length <= 10
    }),
  )
  fc.assert(fc.property(fc.string(), (text) => !/[\s"'<>$;&]/.test(text) || !admits('cursor', text)))
})

test('a text is measured in characters, as its schema does, and holds no control character', () => {
  const [input] = inputPatterns({ q: z.string().max(3) }, '/x')
  const admits = (text: string) => new RegExp(`^(?:${input?.pattern})$`).test(text)
  assert.ok(
    admits('abc') && admits('%C3%A9%C3%A9%C3%A9') && admits('%E6%97%A5%E6%9C%AC%E8%AA%9E') && admits('%F0%9F%A7%B5'),
  )
  assert.not.ok(admits('abcd') || admits('%C3%A9%C3%A9%C3%A9%C3%A9') || admits('%00') || admits('%0A') || admits('%1F'))
  assert.not.ok(admits('%') || admits('%zz') || admits('%C3'), 'broken encoding')
})

test('an input that the edge cannot bound is refused when the program starts', () => {
  assert.throws(() => inputPatterns({ q: z.string() }, '/x'), /no upper bound/)
  assert.throws(() => inputPatterns({ list: z.array(z.string()) }, '/x'), /cannot carry array/)
  assert.throws(() => inputPatterns({ 'a-b': z.enum(['x']) }, '/x'), /no name for a URL parameter/)
})

test.run()
