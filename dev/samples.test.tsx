import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { fragment, z } from '#kit'
import { sampleInputs } from './samples.ts'

const { schema } = fragment('/_/test/samples', {
  access: 'public',
  cache: 'never',
  timeout: '1s',
  input: {
    state: z.enum(['open', 'done']).optional(),
    limit: z.coerce.number().int().min(1).max(50).default(5),
    any: z.coerce.number().int().optional(),
    least: z.coerce.number().int().positive().optional(),
    most: z.coerce.number().int().max(9).optional(),
    id: z.uuid(),
    q: z.string().max(60).optional(),
    cursor: z.string().regex(/^[a-z]{4}$/),
    all: z.coerce.boolean().optional(),
  },
  render: () => null,
  fallback: <p />,
})

const samplesOf = (name: string) => sampleInputs(schema.properties?.[name])

test('every value of a choice, and the bounds of a number with its default', () => {
  assert.equal(samplesOf('state'), {
    type: 'one of these',
    takes: 'open, done',
    samples: ['', 'open', 'done'],
  })
  assert.equal(samplesOf('limit'), { type: 'integer', takes: '1–50', samples: ['', '5', '1', '50'] })
  assert.equal(samplesOf('any').samples, ['', '1'])
  assert.equal(samplesOf('all').samples, ['', 'true', 'false'])
})

test('an id that nobody has, a text, and nothing where only the author knows', () => {
  assert.equal(samplesOf('id').type, 'uuid')
  assert.match(samplesOf('id').samples[1] ?? '', /^[0-9a-f-]{36}$/)
  assert.equal(samplesOf('q').samples, ['', 'a'])
  assert.equal(samplesOf('cursor').samples, [''])
  assert.equal(sampleInputs(undefined), { type: 'anything', takes: '', samples: [''] })
})

test('what an input takes is said in words, where there are any', () => {
  const said = ['any', 'least', 'most', 'id', 'q', 'cursor', 'all'].map((name) => samplesOf(name).takes)
  assert.equal(said, ['any whole number', '1 or more', '9 or less', 'a UUID', 'up to 60 characters', '', 'true, false'])
})

test.run()
