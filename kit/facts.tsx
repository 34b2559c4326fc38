/** The details of one thing, a name and a value a line. */
import type { ComponentChild, VNode } from 'preact'

/** A fact whose value is empty is left out. */
export function Facts({
  facts,
}: {
  facts: readonly (readonly [name: ComponentChild, value: ComponentChild])[]
}): VNode {
  return <dl class="facts">{facts.map(([name, value]) => isGiven(value) && <Fact name={name} value={value} />)}</dl>
}

/** The few numbers that matter most, side by side where there is room. */
export function Figures({ figures }: { figures: readonly (readonly [name: string, value: ComponentChild])[] }): VNode {
  return (
    <dl class="figures">
      {figures.map(([name, value]) => (
        <Fact name={name} value={value} />
      ))}
    </dl>
  )
}

function Fact({ name, value }: { name: ComponentChild; value: ComponentChild }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function isGiven(value: ComponentChild): boolean {
  return value !== undefined && value !== null && value !== false && value !== ''
}
