import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { NO_ASSETS } from './assets.fixture.ts'
import { action, fragment, Include, page, z } from './index.ts'
import { compose, disarm, render } from './render.tsx'

const recent = fragment('/_/payments/recent', {
  access: 'customer',
  cache: 'never',
  timeout: '300ms',
  tags: ['payments:{user}'],
  input: { limit: z.coerce.number().int().min(1).max(50).default(5), state: z.enum(['done', 'open']).optional() },
  load: ({ limit, state }, ctx) => ({ limit: limit.toFixed(0), state, name: ctx.user.name }),
  actions: { cancel: action({ id: z.uuid() }, ({ id }, ctx) => void [id.length, ctx.user.id.length]) },
  render: (data, { input, post }) => <form {...post.cancel}>{data.name + input.limit.toFixed()}</form>,
  fallback: <p>Later.</p>,
})
const detail = fragment('/_/payments/detail', {
  access: 'customer',
  cache: 'never',
  timeout: '300ms',
  input: { id: z.uuid() },
  render: (_, { input }) => input.id,
  fallback: <p>Later.</p>,
})

test('a page renders its includes with values and with slots', () => {
  const example = page('/payments/:id', {
    title: 'Payment',
    access: 'customer',
    input: { id: z.uuid(), state: z.enum(['done', 'open']).optional() },
    render: ({ id, state }) => (
      <main>
        <Include<typeof recent> src="/_/payments/recent" limit={7} state={state} />
        <Include<typeof detail> src="/_/payments/detail" id={id} primary />
      </main>
    ),
  })
  assert.is(
    compose(render(example.render(), NO_ASSETS)),
    '<main><!--# include virtual="/_i/payments/recent?limit=7&state=$q_state" -->' +
      '<!--# include virtual="/_i/payments/detail?id=$q_id" --></main>',
  )
})

test('a wrong include does not compile', () => {
  page('/wrong/:id', {
    title: 'Wrong',
    access: 'public',
    input: { id: z.uuid(), count: z.coerce.number().int(), state: z.enum(['done']).optional() },
    render: ({ id, count, state }) => (
      <>
        {/* @ts-expect-error the route is another fragment's */}
        <Include<typeof recent> src="/_/payments/list" />
        {/* @ts-expect-error no such input */}
        <Include<typeof recent> src="/_/payments/recent" colour="red" />
        {/* @ts-expect-error a number, not text */}
        <Include<typeof recent> src="/_/payments/recent" limit="5" />
        {/* @ts-expect-error a slot of text where a number belongs */}
        <Include<typeof recent> src="/_/payments/recent" limit={id} />
        {/* @ts-expect-error id is required */}
        <Include<typeof detail> src="/_/payments/detail" />
        {/* @ts-expect-error an optional slot cannot fill a required input */}
        <Include<typeof detail> src="/_/payments/detail" id={state} />
        <Include<typeof recent> src="/_/payments/recent" limit={count} state={state} />
      </>
    ),
  })
})

test('a cached fragment cannot see the user, and one for customers cannot be cached', () => {
  const common = { timeout: '1s', fallback: <p /> } as const
  fragment('/_/a/b', {
    ...common,
    access: 'public',
    cache: { for: '1m' },
    // @ts-expect-error a shared cache must not depend on who asks
    load: (_, ctx) => ctx.user,
    render: () => null,
  })
  assert.throws(
    () =>
      fragment('/_/a/c', {
        ...common,
        access: 'customer',
        // @ts-expect-error only public fragments may be cached
        cache: { for: '1m' },
        render: () => null,
      }),
    /shared cache cannot hold/,
  )
})

test('a tag that names no input is refused', () => {
  assert.throws(
    () =>
      fragment('/_/a/d', {
        access: 'public',
        cache: 'never',
        tags: ['x:{nope}'],
        timeout: '1s',
        render: () => null,
        fallback: <p />,
      }),
    /names "nope"/,
  )
})

test('a tag is made of values that have one spelling', () => {
  const define = (input: z.ZodRawShape) => () =>
    fragment('/_/a/e', {
      access: 'public',
      cache: 'never',
      tags: ['x:{id}'],
      timeout: '1s',
      input,
      render: () => null,
      fallback: <p />,
    })
  for (const id of [
    z.uuid(),
    z.enum(['a']),
    z.coerce.number().int(),
    z.string().regex(/^[a-z]+$/),
    z.uuid().optional(),
  ]) {
    assert.not.throws(define({ id }))
  }
  const several = [
    z.string().max(9),
    z.enum(['a']).default('a'),
    z.string().trim().max(9),
    z
      .string()
      .toLowerCase()
      .regex(/^[a-z]+$/),
    z
      .string()
      .regex(/^[a-z]+$/)
      .transform((text) => text.length),
  ]
  for (const id of several) assert.throws(define({ id }), /several spellings|cannot/i)
})

test('only our own includes are directives', () => {
  const hostile = '<!--# include virtual="/_i/admin" --><esi:include src="/x"/><!--esi x--><!-- # echo --></ESI:x>'
  const html = compose(render(<p dangerouslySetInnerHTML={{ __html: hostile }} />, NO_ASSETS))
  assert.not.match(html, /<!--\s*#/)
  assert.not.match(html, /<\/?esi:|<!--\s*esi/i)
  assert.is(disarm('<!-- a comment --><b>'), '<!-- a comment --><b>')
})

test.run()
