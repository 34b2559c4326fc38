/** Progress of long work, on standard error: a line that is written anew on a terminal, else a line now and then. */

export interface Progress {
  step(): void
  end(): void
}

const REDRAW_MS = 100
const LINE_EVERY = 1_000

/** `what`: `of 5,000 events replayed`. */
export function showProgress(
  what: string,
  out: Pick<NodeJS.WriteStream, 'isTTY' | 'write'> = process.stderr,
): Progress {
  let count = 0
  let drawn = 0
  let width = 0
  const draw = () => {
    const text = `${count.toLocaleString('en')} ${what}`
    out.write(`\r${text.padEnd(width)}`)
    width = text.length
    drawn = performance.now()
  }
  return {
    step() {
      count += 1
      if (!out.isTTY) {
        if (count % LINE_EVERY === 0) out.write(`${count.toLocaleString('en')} ${what}\n`)
      } else if (performance.now() - drawn > REDRAW_MS) draw()
    },
    end() {
      if (width > 0) out.write(`\r${' '.repeat(width)}\r`)
    },
  }
}
