/** The words of board games. */

import { spoken, type Translated } from '../../lib/language'

const en = {
  turn: (mark: string) => `Your move: you are ${mark}.`,
  wait: 'The AI is thinking …',
  result: { won: 'You have won.', lost: 'The AI has won.', drawn: 'A draw.' },
  replied: (action: string) => `The AI played ${action}.`,
  board: 'Board. Move with the arrow keys, play with Enter.',
  square: (name: string, mark: string, extra: string) => `${name}, ${mark}${extra}`,
  marks: { x: 'x', o: 'o', '.': 'empty' },
  lastStone: ', last stone',
  inLine: ', in the winning line',
  column: (name: string, stones: string) => `Drop into column ${name}: ${stones}`,
  emptyColumn: 'empty',
  fullColumn: 'full',
  edges: (edges: string) => `Connect ${edges}.`,
  heap: (name: string, left: number) => `Heap ${name}: ${left} left`,
  take: (n: number, name: string) => `Take ${n} from heap ${name}`,
  heaps: 'Heaps. A match takes itself and all to its right.',
  last: (misere: boolean) => (misere ? 'Whoever takes the last match loses.' : 'Whoever takes the last match wins.'),
  actions: 'Choose your move',
  position: 'Position',
}

export type Words = Translated<typeof en>
export const t = spoken('games/board', en)
