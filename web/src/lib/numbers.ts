/** Numbers, amounts and times as the language of the page writes them. */

import { locale } from './language'

const formats = new Map<string, Intl.NumberFormat>()

function formatted(value: number, options: Intl.NumberFormatOptions): string {
  const name = JSON.stringify([locale, options])
  const format = formats.get(name) ?? new Intl.NumberFormat(locale, options)
  formats.set(name, format)
  // No minus before nothing.
  return format.format(value || 0)
}

/** At most two decimals. */
export const points = (value: number): string => formatted(value, { maximumFractionDigits: 2 })

/** With just so many decimals. */
export const fixed = (value: number, digits: number): string => formatted(value, { minimumFractionDigits: digits, maximumFractionDigits: digits })

/** At most so many digits that mean something. */
export const significant = (value: number, digits: number): string => formatted(value, { maximumSignificantDigits: digits })

/** The sign does not part from its number at the end of a line. */
export const percent = (share: number, digits = 0): string => `${formatted(100 * share, { maximumFractionDigits: digits })}\u00a0%`

const time = (options: Intl.DateTimeFormatOptions) => (at: string): string => new Date(at).toLocaleString(locale, options)

export const day = time({ dateStyle: 'medium' })
export const shortDay = time({ day: 'numeric', month: 'short' })
export const moment = time({ dateStyle: 'medium', timeStyle: 'short' })
export const second = time({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' })
