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
  assert.equal(samplesOf('state'), { type: 'one of these', samples: ['', 'open', 'done'] })
  assert.equal(samplesOf('limit'), { type: 'integer', samples: ['', '5', '1', '50'] })
  assert.equal(samplesOf('any').samples, ['', '1'])
  assert.equal(samplesOf('all').samples, ['', 'true', 'false'])
})

test('an id that nobody has, a text, and nothing where only the author knows', () => {
  assert.equal(samplesOf('id').type, 'uuid')
  assert.match(samplesOf('id').samples[1] ?? '', /^[0-9a-f-]{36}$/)
  assert.equal(samplesOf('q').samples, ['', 'a'])
  assert.equal(samplesOf('cursor').samples, [''])
  assert.equal(sampleInputs(undefined), { type: 'anything', samples: [''] })
})

test.run()
