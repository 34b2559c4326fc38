/** Where people get everything that is kept about them. */
import { fragment } from '#kit'
import { Card, Late } from '#kit/card.tsx'

export const download = fragment('/_/profile/export', {
  access: 'customer',
  cache: 'never',
  timeout: '500ms',
  tags: ['profile:{user}'],
  render: () => (
    <Card id="export" title="Your data">
      <p>
        Everything that we keep about you in one file (JSON): your account, your details, your payments and your
        messages. If a part cannot be had at the moment, the file says which.
      </p>
      <p>
        <a class="button plain" href="/api/profile/export">
          Download your data
        </a>
      </p>
    </Card>
  ),
  fallback: (
    <Late title="Your data" href="/profile" step="Look again">
      Your data is taking a moment. Nothing is lost.
    </Late>
  ),
})
