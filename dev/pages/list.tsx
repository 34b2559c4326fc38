/** Every fragment of the portal, by MFE. */
import type { VNode } from 'preact'
import { Card } from '#kit/card.tsx'
import type { Catalogue, CatalogueEntry } from '../catalogue.ts'
import type { Desk } from '../desk.ts'
import { StateOf, sayCache } from './words.tsx'

export function ListPage({ catalogue: { fragments }, desk }: { catalogue: Catalogue; desk: Desk }): VNode {
  const mfes = [...new Set(fragments.map(({ mfe }) => mfe))]
  return (
    <>
      <h1>Fragments</h1>
      <p class="lead">
        Save a file under <code>fragments/</code>, <code>layout/</code>, <code>gateway/</code>, <code>hub/</code> or{' '}
        <code>kit/</code>, and every open page shows it.
      </p>
      {mfes.map((mfe) => (
        <Card id={mfe} title={mfe}>
          <table class="list catalogue" aria-labelledby={mfe}>
            <thead>
              <tr>
                <th scope="col">Fragment</th>
                <th scope="col">Who may see it</th>
                <th scope="col">Kept</th>
                <th scope="col" class="wide">
                  Time limit
                </th>
                <th scope="col">State</th>
              </tr>
            </thead>
            <tbody>
              {fragments
                .filter((entry) => entry.mfe === mfe)
                .map((entry) => (
                  <Row entry={entry} desk={desk} />
                ))}
            </tbody>
          </table>
        </Card>
      ))}
      <p>
        A new one: <code>npm run new -- fragment NAME</code>
      </p>
    </>
  )
}

function Row({ entry, desk }: { entry: CatalogueEntry; desk: Desk }): VNode {
  const place = `${entry.mfe}/${entry.name}`
  return (
    <tr>
      <th scope="row">
        <a href={`/_dev/fragments/${place}`}>{place}</a>
      </th>
      <td>{entry.access}</td>
      <td>{sayCache(entry.cache)}</td>
      <td class="wide">{entry.timeout} ms</td>
      <td>
        <StateOf entry={entry} desk={desk} />
      </td>
    </tr>
  )
}
