/** Countries and languages that people choose from. */

const CODES =
  'AT BE BG CA CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT JP LI LT LU LV MT NL NO PL PT RO SE SI SK US'.split(' ')

const names = new Intl.DisplayNames('en', { type: 'region' })

/** By their English names. */
export const COUNTRIES = CODES.map((value) => ({ value, label: names.of(value) ?? value })).sort((one, other) =>
  one.label < other.label ? -1 : 1,
)

/** Each in its own words. */
export const LANGUAGES = [
  { value: 'en', label: 'English' },
  { value: 'de', label: 'Deutsch' },
  { value: 'es', label: 'Español' },
  { value: 'fr', label: 'Français' },
  { value: 'it', label: 'Italiano' },
  { value: 'nl', label: 'Nederlands' },
  { value: 'pl', label: 'Polski' },
  { value: 'sv', label: 'Svenska' },
] as const

/** What people read for a code; the code itself where it is none of ours. */
export function labelOf(options: readonly { value: string; label: string }[], code: string): string {
  return options.find(({ value }) => value === code)?.label ?? code
}
