/** The tokens on the design page: colours with their contrast, sizes with their use. */
import { Card } from '#kit/card.tsx'
import { Facts } from '#kit/facts.tsx'
import { type Contrast, readContrasts, readTokens } from '../design/tokens.ts'

export function Colours() {
  return (
    <Card id="colours" title="Colours">
      <p>
        Each with its least contrast against the page and a sheet, light and dark. Text has 7 or more; edges 3; lines
        only decorate.
      </p>
      <table aria-labelledby="colours">
        <thead>
          <tr>
            <th scope="col">Token</th>
            <th scope="col" class="num">
              Light
            </th>
            <th scope="col" class="num">
              Dark
            </th>
          </tr>
        </thead>
        <tbody>
          {readContrasts().map((colour) => (
            <Colour key={colour.name} {...colour} />
          ))}
        </tbody>
      </table>
    </Card>
  )
}

function Colour({ name, light, dark, lightRatio, darkRatio }: Contrast) {
  return (
    <tr>
      <th scope="row">
        <code>{name}</code>
      </th>
      <td class="num">
        <Swatch colour={light} /> {lightRatio.toFixed(1)}
      </td>
      <td class="num">
        <Swatch colour={dark} /> {darkRatio.toFixed(1)}
      </td>
    </tr>
  )
}

function Swatch({ colour }: { colour: string }) {
  return (
    <>
      <svg width="14" height="14" aria-hidden="true">
        <rect width="14" height="14" fill={colour} />
      </svg>{' '}
      {colour}
    </>
  )
}

export function Sizes() {
  return (
    <Card id="sizes" title="Sizes">
      <p>17 pixels times 1.25, step by step; a wide screen skips one step for the display size.</p>
      <Facts facts={SIZES.map(([name, use]) => [<code key={name}>{name}</code>, `${use}: ${sizeOf(name)}`])} />
    </Card>
  )
}

function sizeOf(name: string): string {
  return readTokens().find((token) => token.name === name)?.light ?? ''
}

const SIZES = [
  ['--small', 'Beside a figure'],
  ['--text', 'Text'],
  ['--large', 'Headings, leads'],
  ['--title', 'Figures'],
  ['--display', 'Page titles'],
] as const
