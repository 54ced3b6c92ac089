/** Brettspiele auf Deutsch. */

import type { Words } from './strings'

export default {
  turn: (mark: string) => `Du bist am Zug: du bist ${mark}.`,
  wait: 'Die KI denkt …',
  result: { won: 'Du hast gewonnen.', lost: 'Die KI hat gewonnen.', drawn: 'Unentschieden.' },
  replied: (action: string) => `Die KI hat ${action} gespielt.`,
  board: 'Brett. Mit den Pfeiltasten bewegen, mit Enter spielen.',
  square: (name: string, mark: string, extra: string) => `${name}, ${mark}${extra}`,
  marks: { x: 'x', o: 'o', '.': 'frei' },
  lastStone: ', letzter Stein',
  inLine: ', in der Gewinnreihe',
  column: (name: string, stones: string) => `In Spalte ${name} werfen: ${stones}`,
  emptyColumn: 'leer',
  fullColumn: 'voll',
  edges: (edges: string) => `Verbinde ${edges}.`,
  heap: (name: string, left: number) => `Haufen ${name}: noch ${left}`,
  take: (n: number, name: string) => `${n} von Haufen ${name} nehmen`,
  heaps: 'Haufen. Ein Streichholz nimmt sich und alle rechts davon.',
  last: (misere: boolean) => (misere ? 'Wer das letzte Streichholz nimmt, verliert.' : 'Wer das letzte Streichholz nimmt, gewinnt.'),
  actions: 'Wähle deinen Zug',
  position: 'Stellung',
} satisfies Words
