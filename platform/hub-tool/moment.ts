/** A moment as operators write it: `2026-03-01T10:00Z`, `2026-03-01`, `30m`, `2h ago`. */
import { z } from 'zod'
import { WrongUsage } from './endings.ts'

const MILLISECONDS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `option` is named where it is no moment. Without a zone it is this machine's time; a day alone begins at midnight UTC. */
export function readMoment(option: string, text: string, now: Date): Date {
  const moment = ago(text, now) ?? stated(text)
  if (!moment) {
    throw new WrongUsage(
      `${option} ${text} is no time. Write it as 2026-03-01T10:00Z, or as 30m, 2h or 7d for so long ago.`,
    )
  }
  return moment
}

function ago(text: string, now: Date): Date | undefined {
  const [, amount, unit = ''] = /^(\d{1,6})([smhd])(?: ago)?$/.exec(text) ?? []
  return amount === undefined ? undefined : new Date(now.getTime() - Number(amount) * (MILLISECONDS[unit] ?? 0))
}

function stated(text: string): Date | undefined {
  const [, day, time = ''] =
    /^(\d{4}-\d\d-\d\d)([T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? []
  // A Date takes the 31st of February for the 3rd of March.
  if (day === undefined || !z.iso.date().safeParse(day).success) return undefined
  const moment = new Date(`${day}${time.replace(' ', 'T')}`)
  return Number.isNaN(moment.getTime()) ? undefined : moment
}
