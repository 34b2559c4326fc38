/** `/manifest.webmanifest`: what the portal is called and looks like on a home screen. */

const PAPER = '#f9fafc'

export function describeApp(): object {
  return {
    id: '/',
    name: 'Selvedge',
    short_name: 'Selvedge',
    description: 'A bank made like a selvedge: every payment is confirmed, followed to its end, and never sent twice.',
    lang: 'en',
    start_url: '/dashboard',
    scope: '/',
    // Keeps the way back and the address: at a bank, people should see where they are.
    display: 'minimal-ui',
    background_color: PAPER,
    theme_color: PAPER,
    icons: [
      { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
      { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
  }
}
