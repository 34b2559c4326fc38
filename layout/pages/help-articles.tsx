/** The articles of help: `/help/<slug>`, one page each. */
import { page } from '#kit'
import { Card } from '#kit/card.tsx'
import { ARTICLES } from '../help/articles.ts'
import { type Article, Sections } from '../help/markdown.tsx'

export const helpArticles = ARTICLES.map((article) =>
  page(`/help/${article.slug}`, {
    title: article.title,
    description: article.description,
    access: 'public',
    render: () => (
      <>
        <h1>{article.title}</h1>
        <p class="lead">{article.description}</p>
        <div class="cols">
          <div>
            <Sections of={article} />
          </div>
          <MoreHelp besides={article} />
        </div>
      </>
    ),
  }),
)

function MoreHelp({ besides }: { besides: Article }) {
  return (
    <nav aria-labelledby="more">
      <Card id="more" title="More help">
        <ul>
          {ARTICLES.filter((article) => article !== besides).map(({ slug, title }) => (
            <li key={slug}>
              <a href={`/help/${slug}`}>{title}</a>
            </li>
          ))}
        </ul>
        <p>
          <a href="/help">All of help</a>
        </p>
      </Card>
    </nav>
  )
}
