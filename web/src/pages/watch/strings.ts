/** The words of watching. */

import { points } from '../../lib/numbers'
import { spoken, type Translated } from '../../lib/language'

const en = {
  title: 'A match to watch',
  player: 'The player',
  who: (player: string, opponent: string) => `${player} against ${opponent}`,
  alone: (player: string) => `${player} alone; the AI predicts`,
  live: (turn: number) => `Live: round ${turn} is open`,
  over: { finished: 'The match is over.', abandoned: 'The match was given up.', withdrawn: 'The player does not let others watch any more.' },
  none: 'There is nothing to watch here',
  noneAbout: 'The link is not complete, or the player has withdrawn it.',
  private: 'In this game one side knows what the other does not. The rounds are shown when it is over.',
  waiting: 'No round has been played yet.',
  sealed: 'The AI’s next move and prediction are sealed until the player has moved.',
  sealedPrediction: 'What the AI expects of the player is sealed until the player has moved.',
  board: 'As the player sees it',
  result: { win: 'The player wins the round', lose: 'The AI wins the round', tie: 'Tie' },
  chose: (action: string) => `The player chose ${action}`,
  both: (player: string, ai: string) => `The player played ${player}, the AI ${ai}.`,
  byAi: (ai: string) => `The AI chose ${ai}.`,
  expected: 'What the AI had expected',
  chosen: 'chosen',
  versus: 'vs',
  rounds: 'Rounds',
  head: { turn: '#', player: 'Player', ai: 'AI', payoff: 'Payoff', expected: 'Expected', seal: 'Seal' },
  held: 'held',
  broken: 'broken!',
  payoffs: (player: number, ai: number | null | undefined) => (typeof ai === 'number' ? `${points(player)} : ${points(ai)}` : points(player)),
}

export type Words = Translated<typeof en>
export const t = spoken('pages/watch', en)
