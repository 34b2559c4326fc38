/**
 * Draws the cloth of the start page, once: `node layout/images/weave.ts`. An indigo twill ends in its selvedge, bound in
 * white with one line of gold, where the weft turns back. It lies on the page: one picture for light, one for dark.
 *
 * Every place of the cloth has a height and a colour, from the thread that is on top there; light falls on the heights.
 */
import { join } from 'node:path'
import sharp from 'sharp'

type Triple = readonly [number, number, number]

/** Of the picture, in pixels. It is computed twice as large, then halved: no thread has a jagged edge. */
const [WIDTH, HEIGHT] = [1280, 800]
const FINE = 2
/** Pixels from thread to thread, and how far the cloth is turned, in radians. */
const PITCH = 17
const TURN = 0.2

const INDIGO: Triple = [0.135, 0.18, 0.375]
const WEFT: Triple = [0.53, 0.58, 0.68]
const WHITE: Triple = [0.93, 0.915, 0.87]
const GOLD: Triple = [0.72, 0.44, 0.2]
/** As `--paper` in `tokens.css`. */
const PAPERS = { 'cloth.image.jpg': [249, 250, 252], 'cloth-dark.image.jpg': [16, 19, 31] } as const

/** Warp threads from the edge inwards: the binding, two of them gold, then the twill. */
const BINDING = 13
const GOLDEN: readonly number[] = [6, 7]

const LIGHT = normalise([-0.55, -0.5, 0.72])
/** Below every thread: what the cloth lies on. */
const GROUND = -2.5

interface Place {
  readonly height: number
  readonly colour: Triple
}

/** What is seen at a pixel: `u` counts warp threads from the edge inwards, `v` weft threads downwards. */
function lookAt(pixelX: number, pixelY: number): Place {
  const [fromX, fromY] = [pixelX - WIDTH / 2, pixelY - HEIGHT / 2]
  const x = fromX * Math.cos(TURN) + fromY * Math.sin(TURN)
  const y = fromY * Math.cos(TURN) - fromX * Math.sin(TURN)
  const drift = (noise(x / 260, y / 260 + 7) - 0.5) * 10 + (noise(x / 70, y / 70) - 0.5) * 3
  const u = (350 - x + drift) / PITCH
  const v = (y + (noise(x / 300 + 3, y / 90) - 0.5) * 5) / PITCH + 400
  return u < 0 ? turnBack(-u, v) : interlace(u, v)
}

/** Beyond the last warp thread, the weft of one row returns as the next: half a ring. */
function turnBack(out: number, v: number): Place {
  const pair = Math.floor((v + 1) / 2)
  const reach = 0.75 + random(pair, 9) * 0.35
  const aside = Math.abs(Math.hypot(out / reach, v - pair * 2) - 0.52)
  if (aside > 0.42) return { height: GROUND, colour: WHITE }
  const along = Math.atan2(v - pair * 2, out)
  const fibre = noise(along * 6 + aside * 14, aside * 26 + pair * 7)
  return { height: roundness(aside, 0.42) * 0.5 - out * 0.35, colour: tint(WHITE, 0.78 + fibre * 0.3) }
}

/** Of the warp and the weft thread that cross at a place, the one on top. */
function interlace(u: number, v: number): Place {
  const [warp, weft] = [Math.floor(u), Math.floor(v)]
  const width = 0.49 + (noise(warp * 9.1, v / 9) - 0.5) * 0.1
  const aside = u - warp - 0.5 + (noise(warp * 3.3, v / 5) - 0.5) * 0.08
  const across = v - weft - 0.5
  const [row, column] = [Math.floor(v - 0.5), Math.floor(u - 0.5)]
  const warpLift = bend(crossing(warp, row), crossing(warp, row + 1), v - 0.5 - row)
  const weftLift = -bend(crossing(Math.max(0, column), weft), crossing(column + 1, weft), u - 0.5 - column)
  const warpHeight = Math.abs(aside) < width ? roundness(aside, width) * 0.62 + warpLift * 0.42 : GROUND
  const weftHeight = roundness(across, 0.5) * 0.5 + weftLift * 0.42 - 0.05
  if (warpHeight >= weftHeight) return { height: warpHeight, colour: warpColour(warp, aside, v, warpHeight) }
  const fibre =
    noise(u * 2.4 + across * 8, across * 16 - u * 1.2 + weft * 13) * 0.6 +
    noise(u * 6 + across * 20, across * 40 + weft * 11) * 0.4
  return { height: weftHeight, colour: tint(warp < BINDING ? WHITE : WEFT, 0.72 + fibre * 0.4) }
}

/** Yarn is twisted, so its fibres run across it at an angle. Where an indigo thread stands out, it is worn lighter. */
function warpColour(warp: number, aside: number, v: number, height: number): Triple {
  const fibre =
    noise(aside * 9 + v * 2.6, v * 1.1 - aside * 5 + warp * 31) * 0.6 +
    noise(aside * 26 + v * 6, v * 3 - aside * 16 + warp * 17) * 0.4
  if (warp < BINDING) return tint(GOLDEN.includes(warp) ? GOLD : WHITE, 0.8 + fibre * 0.3)
  const uneven = (random(warp, 5) - 0.5) * 0.26 + (noise(warp * 0.7, v / 14) - 0.5) * 0.3
  const [red, green, blue] = tint(INDIGO, 0.6 + fibre * 0.62 + uneven)
  const worn = Math.max(0, height - 0.8) * 2.2 * (0.2 + fibre)
  return [red + worn * 0.1, green + worn * 0.12, blue + worn * 0.16]
}

/** 1 where the warp thread is on top, −1 where the weft is. A twill steps aside with each row; the binding is plain. */
function crossing(warp: number, weft: number): 1 | -1 {
  if (warp < BINDING) return (warp + weft) % 2 ? 1 : -1
  return (((warp - weft) % 4) + 4) % 4 === 0 ? -1 : 1
}

function bend(from: number, to: number, part: number): number {
  return from + (to - from) * ease(part)
}

/** Height of a thread of a radius, at a distance from its middle. */
function roundness(aside: number, radius: number): number {
  return Math.sqrt(Math.max(0, 1 - (aside / radius) ** 2))
}

/** A grid of heights that repeats its last value beyond its borders. */
class Heights {
  readonly width = WIDTH * FINE
  readonly height = HEIGHT * FINE
  readonly values = new Float32Array(this.width * this.height)

  at(x: number, y: number): number {
    const [column, row] = [clamp(x, 0, this.width - 1), clamp(y, 0, this.height - 1)]
    return this.values[row * this.width + column] ?? GROUND
  }

  /** The mean around each place. */
  blurred(radius: number): Heights {
    return this.blurredAlong(1, 0, radius).blurredAlong(0, 1, radius)
  }

  private blurredAlong(stepX: number, stepY: number, radius: number): Heights {
    const result = new Heights()
    for (let line = 0; line < (stepX ? this.height : this.width); line++) {
      const value = (place: number) => this.at(stepX ? place : line, stepY ? place : line)
      let sum = 0
      for (let place = -radius; place < radius; place++) sum += value(place)
      for (let place = 0; place < (stepX ? this.width : this.height); place++) {
        sum += value(place + radius)
        result.values[stepX ? line * this.width + place : place * this.width + line] = sum / (2 * radius + 1)
        sum -= value(place - radius)
      }
    }
    return result
  }
}

function draw(paper: Triple): Buffer {
  const heights = new Heights()
  const colours: Triple[] = []
  for (let y = 0; y < heights.height; y++) {
    for (let x = 0; x < heights.width; x++) {
      const { height, colour } = lookAt(x / FINE, y / FINE)
      heights.values[colours.push(colour) - 1] = height
    }
  }
  const near = heights.blurred(5 * FINE)
  const far = heights.blurred(16 * FINE).blurred(16 * FINE)
  const pixels = Buffer.alloc(colours.length * 3)
  for (const [index, colour] of colours.entries()) {
    const [x, y] = [index % heights.width, Math.floor(index / heights.width)]
    const seen = heights.at(x, y) === GROUND ? shade(paper, far, x, y) : light(colour, heights, near, x, y)
    for (const [channel, value] of seen.entries()) pixels[index * 3 + channel] = Math.round(clamp(value, 0, 255))
  }
  return pixels
}

/** The cloth throws a soft shadow on what it lies on, away from the light. */
function shade(paper: Triple, far: Heights, x: number, y: number): Triple {
  const covered = clamp((far.at(x - 14 * FINE, y - 10 * FINE) - GROUND) / -GROUND, 0, 1)
  return tint(paper, 1 - covered * 0.6)
}

function light(colour: Triple, heights: Heights, near: Heights, x: number, y: number): Triple {
  const steepness = PITCH * FINE * 0.13
  const slopeX = clamp((heights.at(x + 1, y) - heights.at(x - 1, y)) * steepness, -1.6, 1.6)
  const slopeY = clamp((heights.at(x, y + 1) - heights.at(x, y - 1)) * steepness, -1.6, 1.6)
  // The whole cloth lies in slow folds.
  const foldX = (fold(x + 8, y) - fold(x - 8, y)) * 143
  const foldY = (fold(x, y + 8) - fold(x, y - 8)) * 143
  const normal = normalise([-slopeX - foldX, -slopeY - foldY, 1])
  const lit = Math.max(0, normal[0] * LIGHT[0] + normal[1] * LIGHT[1] + normal[2] * LIGHT[2])
  // What lies deeper than all around it sees less of the sky.
  const open = 1 - clamp((near.at(x, y) - heights.at(x, y)) * 0.75, 0, 1)
  const falloff = 1.12 - 0.42 * Math.hypot(x / heights.width - 0.42, (y / heights.height - 0.36) * 0.75)
  const strength = (0.3 + lit * 0.95) * open * falloff
  const shine = Math.max(0, lit - 0.86) * 0.08
  const [red, green, blue] = colour
  const tone = (value: number) => 255 * (value * strength + shine) ** 0.94
  return [tone(red), tone(green), tone(blue)]
}

function fold(x: number, y: number): number {
  return noise(x / 520 / FINE + 1.3, y / 760 / FINE + 4.1)
}

/** Smooth between 0 and 1, the same at every run. */
function noise(x: number, y: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)]
  const above = bend(random(column, row), random(column + 1, row), x - column)
  const below = bend(random(column, row + 1), random(column + 1, row + 1), x - column)
  return bend(above, below, y - row)
}

/** A hash of two integers, from 0 to 1. */
function random(x: number, y: number): number {
  const mixed = Math.imul(Math.trunc(x), 374_761_393) + Math.imul(Math.trunc(y), 668_265_263)
  const hashed = Math.imul(mixed ^ (mixed >>> 13), 1_274_126_177)
  return ((hashed ^ (hashed >>> 16)) >>> 0) / 2 ** 32
}

function ease(part: number): number {
  return part * part * (3 - 2 * part)
}

function tint([red, green, blue]: Triple, strength: number): Triple {
  return [red * strength, green * strength, blue * strength]
}

function normalise([x, y, z]: Triple): Triple {
  const length = Math.hypot(x, y, z)
  return [x / length, y / length, z / length]
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

for (const [name, paper] of Object.entries(PAPERS)) {
  const raw = { width: WIDTH * FINE, height: HEIGHT * FINE, channels: 3 } as const
  await sharp(draw(paper), { raw })
    .resize(WIDTH, HEIGHT)
    .jpeg({ quality: 90, mozjpeg: true })
    .toFile(join(import.meta.dirname, name))
}
