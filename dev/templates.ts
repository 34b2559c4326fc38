/** The files of a new fragment, as one would begin by hand. */
import type { NewFragment } from './new.ts'

export const templates = {
  /** `fragments/tips/fragment.tsx` */
  entry: ({ mfe, name, identifier }: NewFragment) => `/** ${title(mfe)}: say here what this micro-frontend is for. */
export { ${identifier} } from './${name}.tsx'
`,

  /** `fragments/tips/tips.tsx` */
  fragment: ({ mfe, name, identifier }: NewFragment) => `/** ${title(name)}: say here what it shows, and to whom. */
import { fragment, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'

export const ${identifier} = fragment('/_/${mfe}/${name}', {
  access: 'public',
  cache: { for: '1m', stale: '1h' },
  tags: ['${tagOf(mfe, name)}'],
  timeout: '300ms',
  input: { count: z.coerce.number().int().min(1).max(10).default(3) },
  load: ({ count }) => Array.from({ length: count }, (_, index) => \`Line \${index + 1}\`),

  render: (lines) => (
    <Card id="${name}" title="${title(name)}">
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Card>
  ),

  fallback: (
    <Late title="${title(name)}" href="/" step="Go to the start page">
      This is taking a moment. Nothing is lost.
    </Late>
  ),
})
`,

  /** `fragments/tips/tips.test.ts` */
  test: ({ mfe, name, identifier }: NewFragment) => `import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openTestDatabase } from '#kit/database.fixture.ts'
import { openTestMfe } from '#kit/mfe.fixture.ts'
import { ${identifier} } from './${name}.tsx'

const { db, close } = await openTestDatabase({})
const ask = openTestMfe({ ${identifier} }, db)

test.after(close)

test('it shows as many lines as are asked for', async () => {
  const { statusCode, payload } = await ask('GET /_/${mfe}/${name}?count=2')
  assert.is(statusCode, 200)
  assert.match(payload, 'Line 2')
  assert.not.match(payload, 'Line 3')
})

test('more than it can show is refused', async () => {
  const { statusCode } = await ask('GET /_/${mfe}/${name}?count=11')
  assert.is(statusCode, 400)
})

test.run()
`,

  /** What is printed. */
  said: ({ mfe, name, identifier }: NewFragment, files: readonly string[]) => `${files.join('\n')}

See it     npm run dev, then /_dev/fragments/${mfe}/${name}
Test it    npm test -- ${mfe}/${name}
Show it    import type { ${identifier} } from '../../fragments/${mfe}/fragment.tsx'
           <Include<typeof ${identifier}> src="/_/${mfe}/${name}" count={3} />`,
}

/** `open-offers` → `Open offers` */
function title(name: string): string {
  const words = name.replace(/-/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function tagOf(mfe: string, name: string): string {
  return mfe === name ? mfe : `${mfe}:${name}`
}
