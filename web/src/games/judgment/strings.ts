/** The words of the model of judgment. */

import type { Comparison, Interference, People } from './shapes'
import { spoken, type Translated } from '../../lib/language'
import { fixed, percent } from '../../lib/numbers'

const bits = (n: number): string => `${fixed(n, 2)} bits`

const en = {
  percent,
  bits,
  title: 'How certain were you? A model of your answers',
  peek: 'A model of your answers so far',
  peekWarning: 'Seeing this may sway how you answer. It is shown again at the end.',
  about: 'Think of a ball. Each question is a line through it: yes at one end, no at the other. The arrow stands for you: the nearer it points to an end, the more that answer is expected. Answering turns it there, and so an earlier question can change what a later one finds.',
  noPhysics: 'This is a way to calculate with answers, borrowed from the mathematics of quantum theory. It makes no claim about physics, nor about what goes on in your head.',
  step: (i: number, n: number) => `Answer ${i} of ${n}`,
  yourAnswer: (yes: boolean) => (yes ? 'You said yes.' : 'You said no.'),
  expected: (p: number) => `Before it the model expected this answer with ${percent(p)}.`,
  alone: (p: number, q: number) => (Math.abs(p - q) < 0.005 ? 'Without the question before it: just as much.' : `Without the question before it: ${percent(q)}.`),
  rival: (p: number) => `The classical rival, for which order does not matter, expected it with ${percent(p)}.`,
  mixing: (p: number) => `The classical rival, for which no news can only be a mixture of both kinds, expected it with ${percent(p)}.`,
  deciding: (value: number) => `How much wondering about the other and deciding disturb each other: ${percent(value * 2)} of the most there can be.`,
  uncertainty: (before: number, after: number) => `Uncertainty: ${bits(before)} before this answer, ${bits(after)} after it.`,
  withoutLast: (before: number) => `Without this question it would still be ${bits(before)}.`,
  still: 'The arrow is full length: nothing is left to know in this model. Even so the next question, on another line, is open.',
  clash: (value: number) => `How much these two questions disturb each other: ${percent(value * 2)} of the most there can be.`,
  origin: {
    published: 'The angle between the lines is the one at which as many people repeat their answer as did in the study.',
    typical: 'Nobody published answers to these two. The angle is assumed to be the typical one of other studies.',
    definition: 'The angle between the lines was set by whoever made this questionnaire.',
  },
  total: (start: number, now: number) => `Over all questions: ${bits(start)} of uncertainty at the start, ${bits(now)} now.`,
  ledger: 'Answer by answer',
  question: 'Question', you: 'You', expectedShort: 'Expected', rivalShort: 'Rival', uncertaintyShort: 'Bits before → after',
  yes: 'yes', no: 'no',
  which: 'Which model is better?',
  people: ({ n, verdict }: People) => `On ${n} people who were asked: ${verdict}`,
  compared: ({ sentence }: Comparison) => sentence,
  interfered: ({ sentence }: Interference) => sentence,
  legendBefore: 'before', legendAfter: 'after', legendWithout: 'without news',
  ball: (lines: string, before: string, after: string) => `A ball with ${lines}. Before the answer the arrow ${before}; after it the arrow ${after}.`,
  points: (p: number, label: string) => `gives ${label} ${percent(p)}`,
  defect: 'defect', cooperate: 'cooperate',
  dilemmaAbout: 'Before you decide, the model holds both actions open: up is defect, down is cooperate. What it expects depends on whether you have news of the other. Deciding turns the arrow to what you did.',
  decision: (name: string) => `Your last decision, ${({ unknown: 'without news', known_defect: 'knowing the other defected', known_cooperate: 'knowing the other cooperated' } as Record<string, string>)[name] ?? name}`,
  without: (bitsWithout: number) => `Without any news it would have been ${bits(bitsWithout)} before the decision.`,
  cases: { unknown: 'No news', known_defect: 'Other defected', known_cooperate: 'Other cooperated' },
  caseHead: 'What you knew', defected: 'You defected', quantum: 'Quantum model', classical: 'Classical rival', bitsHead: 'Bits before',
  interferenceTitle: 'Does news add up?',
  notYet: 'Told once you have met all three cases.',
}

export type Words = Translated<typeof en>
export const t = spoken('games/judgment', en)
