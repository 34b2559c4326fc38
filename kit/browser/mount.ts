/**
 * Brings an island to life over the server's HTML. Part of the shared Preact file.
 * An island that fails keeps its failure to itself: the server's HTML comes back, and works as it does without scripts.
 */
import { Component, type ComponentChildren, type ComponentType, h, hydrate, render } from 'preact'

interface BoundaryProps {
  readonly restore: () => void
  readonly children?: ComponentChildren
}

class Boundary extends Component<BoundaryProps, { failed: boolean }> {
  override state = { failed: false }

  override componentDidCatch(error: unknown): void {
    this.setState({ failed: true }, this.props.restore)
    // As any error of a page: in the console once, and told to whoever listens for errors.
    setTimeout(() => {
      throw error
    })
  }

  override render(): ComponentChildren {
    return this.state.failed ? null : this.props.children
  }
}

export function mount<P extends object>(Island: ComponentType<P>): (element: HTMLElement, props: P) => void {
  return (element, props) => {
    const html = element.innerHTML
    const restore = () => {
      render(null, element)
      element.innerHTML = html
    }
    hydrate(h(Boundary, { restore }, h(Island, props)), element)
  }
}
