/** What we know about a person, for the person. */
import type { VNode } from 'preact'
import { fragment, z } from '#kit'
import { Card, Late } from '#kit/card.tsx'
import { Facts } from '#kit/facts.tsx'
import { Notice } from '#kit/notice.tsx'
import { LongDay } from '#kit/times.tsx'
import { type Kept, LABELS } from './contact-details.ts'
import { findPerson } from './person.ts'
import { COUNTRIES, LANGUAGES, labelOf } from './places.ts'
import { findDetails } from './store.ts'

const LATER = 'Taking a moment to show. Nothing is lost.'

export const details = fragment('/_/profile/details', {
  access: 'customer',
  cache: 'never',
  timeout: '2s',
  tags: ['profile:{user}', 'account:{user}'],
  input: {
    /** The version that was just saved. Compared with the one that is kept, so that an old address says nothing. */
    saved: z.coerce.number().int().min(0).optional(),
  },
  load: async ({ saved }, ctx) => {
    const [kept, person] = await Promise.all([findDetails(ctx.db, ctx.user.id), findPerson(ctx, ctx.user)])
    return { kept, person, name: ctx.user.name, isSaved: saved === kept.version }
  },

  render: ({ kept, person, name, isSaved }) => (
    <>
      {isSaved && <Notice title="Your details are saved.">We use them from now on.</Notice>}
      <Card id="details" title="Your details">
        <Facts
          facts={[
            ['Name', person?.name ?? name],
            ['E-mail', person?.email ?? LATER],
            ['Customer since', person ? <LongDay at={person.customerSince} /> : LATER],
            [LABELS.phone, kept.phone || 'Not given'],
            ['Address', <Address kept={kept} />],
            [LABELS.language, labelOf(LANGUAGES, kept.language)],
          ]}
        />
        <p>
          <a class="button" href="/profile/edit">
            Edit details
          </a>
        </p>
        <p>
          <small>
            Your name and e-mail address are as you proved them. To change them, write to help@selvedge.example.
          </small>
        </p>
      </Card>
    </>
  ),

  fallback: (
    <Late title="Your details" href="/profile" step="Look again">
      Your details are taking a moment to show. Nothing is lost.
    </Late>
  ),
})

function Address({ kept: { street, postcode, city, country } }: { kept: Kept }): VNode {
  if (!street) return <>Not given</>
  return (
    <>
      {street}
      <br />
      {[postcode, city].filter(Boolean).join(' ')}
      <br />
      {labelOf(COUNTRIES, country)}
    </>
  )
}
