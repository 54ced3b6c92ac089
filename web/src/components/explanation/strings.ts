/** The words around explanations; the sentences themselves come from the engine. */

import { spoken, type Translated } from '../../lib/language'
import { fixed } from '../../lib/numbers'

const en = {
  more: 'What would have changed it?',
  otherwise: 'What would have changed it',
  alike: 'When it was much the same',
  loading: 'Playing the last rounds again …',
  failed: 'That could not be computed:',
  changed: 'You changed',
  profile: 'What makes you predictable',
  profileMore: 'What makes me predictable?',
  profileAbout: (decisions: number, matches: number) => `Bits per decision by kind of evidence, with 95 % intervals, from ${decisions} decisions in ${matches === 1 ? '1 match' : `${matches} matches`}. To the left of the line: it misled the AI.`,
  bits: (bits: number, low: number, high: number) => `${fixed(bits, 3)} bits, between ${fixed(low, 3)} and ${fixed(high, 3)}`,
  total: (bits: number, low: number, high: number) => `In all the AI knew ${fixed(bits, 2)} bits about each of your decisions, between ${fixed(low, 2)} and ${fixed(high, 2)}.`,
}

export type Words = Translated<typeof en>
export const t = spoken('components/explanation', en)
