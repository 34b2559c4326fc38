/**
 * The only script of every page, inline: fetches an island's module when its trigger fires, then hydrates it.
 * Until then, and without it, links and forms work as they stand in the HTML, so no event is replayed.
 */
interface NetworkInformation {
  readonly saveData?: boolean
  readonly effectiveType?: string
}

declare global {
  interface Navigator {
    readonly connection?: NetworkInformation
  }
}

type Mount = (element: HTMLElement, props: unknown) => void

class IslandElement extends HTMLElement {
  started = false

  connectedCallback(): void {
    const start = () => this.start()
    this.addEventListener('pointerdown', start)
    this.addEventListener('focusin', start)
    const { connection } = navigator
    if (connection?.saveData || /2g/.test(connection?.effectiveType ?? '')) return
    const when = this.getAttribute('when') ?? ''
    if (when === 'load') start()
    // iOS has no requestIdleCallback.
    if (when === 'idle') (self.requestIdleCallback ?? setTimeout)(start)
    if (when === 'visible') this.whenVisible(start)
    if (when[0] === '(') this.whenMatching(matchMedia(when), start)
  }

  whenVisible(start: () => void): void {
    // The element itself is display: contents, which has no box. The parser tells of it before what is in it has come.
    const box = this.firstElementChild
    if (!box) {
      requestAnimationFrame(() => this.whenVisible(start))
      return
    }
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return
      observer.disconnect()
      start()
    })
    observer.observe(box)
  }

  whenMatching(media: MediaQueryList, start: () => void): void {
    if (media.matches) start()
    else media.onchange = start
  }

  start(): void {
    if (this.started) return
    const data = this.lastElementChild
    // The properties are the last child: without them the rest is still on its way.
    if (!(data instanceof HTMLScriptElement)) {
      document.addEventListener('DOMContentLoaded', () => this.start())
      return
    }
    this.started = true
    import(this.getAttribute('src') ?? '').then(
      (module: { default: Mount }) => module.default(this, JSON.parse(data.text)),
      // A module that does not come leaves working HTML behind, and is told as any error; the next touch tries again.
      (error) => {
        this.started = false
        throw error
      },
    )
  }
}

// Preact 11 needs an engine with queueMicrotask; older ones keep the HTML.
if ('queueMicrotask' in self) customElements.define('x-i', IslandElement)

export {}
