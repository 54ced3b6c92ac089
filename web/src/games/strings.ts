/** The words of the views of games. */

import { points } from '../lib/numbers'
import { spoken, type Translated } from '../lib/language'

const en = {
  firstPull: (arms: number) => `${arms} arms: find out which pays best. The AI plays a copy of its own, its arms shuffled.`,
  pulled: (arm: string, payoff: number) => `${arm} paid ${points(payoff)}.`,
  decks: 'Every card wins something, some cost more. Which decks are worth it in the long run?',
  card: (deck: string, gain: number, loss: number) => `Deck ${deck}: you win ${gain}${loss ? ` and lose ${loss}` : ''}.`,
  left: (n: number) => `${n} left`,
  balance: (balance: number, loan: number) => `You have ${points(balance)}; ${points(loan)} of it are lent.`,
  ships: 'Which ship? Left mostly flies to planet 1, right mostly to planet 2.',
  arrived: (ship: string, planet: number) => `The ${ship} ship took you to planet ${planet}. Which mine?`,
  found: (planet: number, mine: string, gold: boolean) => `Planet ${planet}, ${mine} mine: ${gold ? 'gold!' : 'nothing.'}`,
  ship: (side: string) => `${side} ship`,
  mine: (side: string) => `${side} mine`,
  wouldYouTake: 'Which would you take?',
  hypothetical: 'Nothing is paid: say what you would take.',
  oneIsPaid: 'One of your choices will be drawn in the end, played, and paid.',
  eachIsPaid: 'Each choice is played and paid at once.',
  sure: 'for sure',
  chance: (p: number) => `${Math.round(p * 1000) / 10} %`,
  worthTitle: 'What each gamble is worth to you',
  worthAbout: 'The amount for sure that you would just take instead lies between these two. Above the average win you like the risk, below it you shun it.',
  gamble: 'Gamble',
  worthToYou: 'Worth to you',
  meanWin: 'Average win',
  between: (low: number, high: number) => `${points(Math.round(low * 10) / 10)} to ${points(Math.round(high * 10) / 10)}`,
  others: (name: string, payoff: number) => `${name} would have paid ${points(payoff)}`,
  today: 'today',
  inDays: (days: number) => `in ${points(days)} ${days === 1 ? 'day' : 'days'}`,
}

export type Words = Translated<typeof en>
export const t = spoken('games', en)
