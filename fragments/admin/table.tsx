/** Tables that become lists on a narrow screen. */
// biome-ignore-all lint/a11y/noRedundantRoles: `display: grid` takes a table's roles away in older Safari and Firefox.
import type { ComponentChildren, VNode } from 'preact'

interface ListProps {
  /** The id of the heading that names it. */
  heading: string
  columns: readonly (string | { num: string })[]
  children: ComponentChildren
}

export function List({ heading, columns, children }: ListProps): VNode {
  return (
    <table class="list" role="table" aria-labelledby={heading}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <Column column={column} />
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">{children}</tbody>
    </table>
  )
}

function Column({ column }: { column: string | { num: string } }): VNode {
  const name = typeof column === 'string' ? column : column.num
  return (
    <th role="columnheader" scope="col" class={name === column ? undefined : 'num'}>
      {name}
    </th>
  )
}

export function Row({ children }: { children: ComponentChildren }): VNode {
  return <tr role="row">{children}</tr>
}

/** What the row is about. */
export function Head({ children }: { children: ComponentChildren }): VNode {
  return (
    <th role="rowheader" scope="row">
      {children}
    </th>
  )
}

export function Cell({ as, children }: { as?: 'num' | 'payee'; children: ComponentChildren }): VNode {
  return (
    <td role="cell" class={as}>
      {children}
    </td>
  )
}
