/** The words of this page. */

import { spoken, type Translated } from '../../lib/language'
import { fixed, points } from '../../lib/numbers'

const en = {
  title: 'Your progress',
  about: 'Nobody but you sees this. It holds the matches that you have played to their end.',
  none: 'You have not finished a match yet.',
  play: 'Play one',
  matches: (n: number) => (n === 1 ? '1 match' : `${n} matches`),
  rating: (mean: number, low: number, high: number) => `Rating ${fixed(mean, 1)}, between ${fixed(low, 1)} and ${fixed(high, 1)}`,
  ratingAbout: '25 is where everybody begins. Each match against a strong opponent says more than one against a weak one.',
  record: (won: number, drawn: number, lost: number) => `${won} won, ${drawn} drawn, ${lost} lost`,
  score: 'Score per decision',
  bits: 'Bits the AI knew per decision',
  curve: (what: string, first: number, last: number) => `${what}: ${fixed(first, 2)} in the first match shown, ${fixed(last, 2)} in the last`,
  line: (opponent: string, own: number, other: number | null) => (other === null ? `${opponent}: ${points(own)}` : `${opponent}: ${points(own)} : ${points(other)}`),
  loading: 'One moment …',
}

export type Words = Translated<typeof en>
export const t = spoken('pages/progress', en)
