/** Which style sheets a page needs: those of its fragments and of what is nested in them, each once. */
import type { Style } from './build/styles.ts'
import { DefinitionError } from './errors.ts'
import type { Fragment } from './fragment.ts'

export type { Style }

export type StyledFragment = Pick<Fragment, 'route' | 'mfe' | 'includes' | 'styles'>

/** In the order of the includes, so that the same page has the same bytes. An unknown route is `describeSite`'s to refuse. */
export function pageStyles(
  routes: readonly string[],
  fragments: readonly StyledFragment[],
  built: ReadonlyMap<string, Style>,
): Style[] {
  const styles = nestedFragments(routes, fragments).flatMap((fragment) => fragmentStyles(fragment, built))
  return [...new Set(styles)]
}

/** What the page's Content-Security-Policy must allow beyond the base style: hashes, and `'self'` for files. */
export function styleSources(styles: readonly Style[]): string[] {
  return [...new Set(styles.map(({ source }) => source))]
}

/** The fragments of these routes and all that they include, each once. */
export function nestedFragments<F extends Pick<Fragment, 'route' | 'includes'>>(
  routes: readonly string[],
  fragments: readonly F[],
): F[] {
  const known = new Map(fragments.map((fragment) => [fragment.route, fragment]))
  const found = new Set<F>()
  const visit = (route: string) => {
    const fragment = known.get(route)
    if (!fragment || found.has(fragment)) return
    found.add(fragment)
    fragment.includes.forEach(visit)
  }
  routes.forEach(visit)
  return [...found]
}

function fragmentStyles({ route, mfe, styles }: StyledFragment, built: ReadonlyMap<string, Style>): Style[] {
  return styles.map((file) => {
    const shared = file.startsWith('kit/')
    const style = built.get(shared ? file : `${mfe}/${file}`)
    if (style) return style
    const place = shared ? file : `fragments/${mfe}/${file}`
    throw new DefinitionError(route, `its style ${file} does not exist`, `Write it to ${place}.`)
  })
}
