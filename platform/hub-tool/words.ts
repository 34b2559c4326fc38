/** Reads what was typed after a command, strictly: each mistake is one sentence. */
import { parseArgs } from 'node:util'
import { WrongUsage } from './endings.ts'

/** A `flag` is there or not; a `value` may be given once, `values` as often as one likes. */
export type Kind = 'flag' | 'value' | 'values'

export interface Words {
  readonly positionals: readonly string[]
  has(flag: string): boolean
  value(name: string): string | undefined
  values(name: string): readonly string[]
}

export function readWords(args: readonly string[], kinds: Readonly<Record<string, Kind>>): Words {
  const { tokens } = parseArgs({ args: [...args], options: optionsOf(kinds), strict: false, tokens: true })
  const given = new Map<string, string[]>()
  const positionals: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value, inlineValue } = token
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
    if (kind === undefined || rawName !== `--${name}`) throw new WrongUsage(`Nobody here knows ${rawName}.`)
    if (kind !== 'values' && given.has(name)) throw new WrongUsage(`${rawName} is there twice.`)
    const known = given.get(name) ?? []
    given.set(name, kind === 'flag' ? noValue(rawName, value) : [...known, textOf(rawName, value, inlineValue)])
  }
  return {
    positionals,
    has: (flag) => given.has(flag),
    value: (name) => given.get(name)?.[0],
    values: (name) => given.get(name) ?? [],
  }
}

function optionsOf(kinds: Readonly<Record<string, Kind>>) {
  return Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [name, { type: kind === 'flag' ? 'boolean' : 'string' } as const]),
  )
}

function noValue(rawName: string, value: string | undefined): string[] {
  if (value !== undefined) throw new WrongUsage(`${rawName} takes no value.`)
  return []
}

/** An option that follows at once is the next option: the value was forgotten. `--subject=-x` means what it says. */
function textOf(rawName: string, value: string | undefined, inline: boolean | undefined): string {
  if (!value?.trim() || (!inline && value.startsWith('-'))) throw new WrongUsage(`${rawName} needs a value.`)
  return value
}
