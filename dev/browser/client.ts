/** In every page during development: shows it anew when a source has changed, and says what is wrong. */

import type { News } from '../events.ts'
import { keepForms, restoreForms } from './keep.ts'
import { hideProblem, showProblem, styleFaults } from './overlay.ts'

/** The generation that rendered this page is in the script's address. */
const OWN = Number(new URL(import.meta.url).search.slice(1))

const source = new EventSource('/_dev/events')
source.onmessage = ({ data }: MessageEvent<string>) => {
  const news: News = JSON.parse(data)
  if (news.problem) return showProblem(news.problem)
  hideProblem()
  if (news.generation !== OWN && news.generation > 0) refresh()
}

source.addEventListener('refresh', refresh)

styleFaults()
restoreForms()
fitFrames()

function refresh(): void {
  source.close()
  keepForms()
  const address = new URL(location.href)
  // The answer to a form: asking for its address shows the page, and sends nothing again.
  address.searchParams.delete('action')
  if (address.search === location.search) location.reload()
  else location.replace(address)
}

/** The frames of `/_dev` are as high as what they show. */
function fitFrames(): void {
  for (const frame of document.querySelectorAll<HTMLIFrameElement>('.frames iframe')) {
    const fit = () => {
      const root = frame.contentDocument?.documentElement
      if (root?.childElementCount) frame.height = String(Math.max(120, root.scrollHeight))
    }
    frame.addEventListener('load', fit)
    fit()
  }
}
