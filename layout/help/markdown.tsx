/**
 * Help is written in Markdown and shown with the components of every other page. What help does not need is refused when
 * the site is built: HTML, pictures, links to elsewhere.
 */
import { type MarkedToken, lexer as readMarkdown, type Token, type Tokens } from 'marked'
import type { ComponentChildren, VNode } from 'preact'
import { Card } from '#kit/card.tsx'
import { DefinitionError } from '#kit/errors.ts'
import { Facts } from '#kit/facts.tsx'

export interface Article {
  /** Its file's name, and the end of its address: `security`. */
  readonly slug: string
  readonly title: string
  /** The first paragraph: what the page is about, also for search engines. */
  readonly description: string
  readonly sections: readonly Section[]
  /** Addresses as they are written: `payments.md#cancelling`, `/rates`. */
  readonly links: readonly string[]
}

export interface Section {
  /** Of the heading: `never-twice`. */
  readonly id: string
  readonly title: string
  readonly blocks: readonly MarkedToken[]
}

/** Reads an article: one title, one paragraph, and sections under headings of the second level. */
export function parseArticle(slug: string, markdown: string): Article {
  const refuse = (why: string, remedy: string) => new DefinitionError(`help/${slug}.md`, why, remedy)
  const [title, lead, ...rest] = readMarkdown(markdown)
    .map((token) => narrow(token, refuse))
    .filter(({ type }) => type !== 'space')
  if (title?.type !== 'heading' || title.depth !== 1 || lead?.type !== 'paragraph') {
    throw refuse('does not begin with a title and a paragraph', 'Write "# Title", an empty line and what it is about.')
  }
  const sections = gatherSections(rest, refuse)
  const links = rest.flatMap((block) => gather(block, refuse)).flatMap((token) => ('href' in token ? [token.href] : []))
  return { slug, title: title.text, description: lead.text.replaceAll('\n', ' '), sections, links }
}

function gatherSections(blocks: readonly MarkedToken[], refuse: Refuse): Section[] {
  const sections: { id: string; title: string; blocks: MarkedToken[] }[] = []
  for (const block of blocks) {
    if (block.type === 'heading' && block.depth === 2) {
      sections.push({ id: anchorOf(block.text), title: block.text, blocks: [] })
      continue
    }
    const section = sections.at(-1)
    if (!section || block.type === 'heading')
      throw refuse(`"${block.raw.trim()}" is in no section`, 'Put it under a "## Heading".')
    section.blocks.push(block)
  }
  return sections
}

type Refuse = (why: string, remedy: string) => DefinitionError

const SHOWN = [
  ...['heading', 'paragraph', 'list', 'list_item', 'table', 'space'],
  ...['text', 'escape', 'strong', 'em', 'codespan', 'link'],
]

/** The kinds that we show; the type says that marked gave it, and the list that we know it. */
function narrow(token: Token, refuse: Refuse): MarkedToken {
  if (isShown(token)) return token
  throw refuse(`"${token.raw.trim()}" is ${token.type}, which help does not show`, 'Say it in words, lists and tables.')
}

function isShown(token: Token): token is MarkedToken {
  return SHOWN.includes(token.type)
}

/** A token and all within it. Throws for what we do not show. */
function gather(token: MarkedToken, refuse: Refuse): MarkedToken[] {
  return [token, ...partsOf(token).flatMap((part) => gather(narrow(part, refuse), refuse))]
}

function partsOf(token: MarkedToken): readonly Token[] {
  if (token.type === 'list') return token.items
  if (token.type === 'table') return [...token.header, ...token.rows.flat()].flatMap(({ tokens }) => tokens)
  return ('tokens' in token && token.tokens) || []
}

/** `Never twice` → `never-twice` */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

/** `payments.md#cancelling` → `/help/payments#cancelling`; addresses of the site stay. */
export function addressOf(link: string): string {
  return link.replace(/^([a-z-]+)\.md/, '/help/$1')
}

export function Sections({ of: { sections } }: { of: Article }): VNode {
  return (
    <>
      {sections.map(({ id, title, blocks }) => (
        <Card key={id} id={id} title={title}>
          {blocks.map((block) => (
            <Block key={block.raw} token={block} />
          ))}
        </Card>
      ))}
    </>
  )
}

function Block({ token }: { token: MarkedToken }): VNode | null {
  if (token.type === 'paragraph') return <p>{inline(token.tokens)}</p>
  if (token.type === 'list') return <List token={token} />
  if (token.type === 'table') return <Table token={token} />
  return null
}

function List({ token: { ordered, items } }: { token: Tokens.List }): VNode {
  const Tag = ordered ? 'ol' : 'ul'
  return (
    <Tag>
      {items.map((item) => (
        <li key={item.raw}>{inline(item.tokens)}</li>
      ))}
    </Tag>
  )
}

/** Two columns, a thing and what there is to say about it. */
function Table({ token: { rows } }: { token: Tokens.Table }): VNode {
  return <Facts facts={rows.map(([name, value]) => [inline(name?.tokens ?? []), inline(value?.tokens ?? [])])} />
}

function inline(tokens: readonly Token[] = []): ComponentChildren {
  return tokens.filter(isShown).map((token) => {
    if (token.type === 'link') return <a href={addressOf(token.href)}>{inline(token.tokens)}</a>
    if (token.type === 'strong') return <strong>{inline(token.tokens)}</strong>
    if (token.type === 'em') return <em>{inline(token.tokens)}</em>
    if (token.type === 'codespan') return <code>{token.text}</code>
    if (token.type === 'text' && token.tokens) return inline(token.tokens)
    return 'text' in token ? token.text : null
  })
}
