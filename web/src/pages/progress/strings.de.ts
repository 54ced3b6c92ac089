/** Fortschritt auf Deutsch. */

import { fixed, points } from '../../lib/numbers'
import type { Words } from './strings'

export default {
  title: 'Dein Fortschritt',
  about: 'Niemand außer dir sieht das. Hier stehen die Partien, die du zu Ende gespielt hast.',
  none: 'Du hast noch keine Partie zu Ende gespielt.',
  play: 'Eine spielen',
  matches: (n: number) => (n === 1 ? '1 Partie' : `${n} Partien`),
  rating: (mean: number, low: number, high: number) => `Wertung ${fixed(mean, 1)}, zwischen ${fixed(low, 1)} und ${fixed(high, 1)}`,
  ratingAbout: 'Bei 25 beginnen alle. Eine Partie gegen einen starken Gegner sagt mehr als eine gegen einen schwachen.',
  record: (won: number, drawn: number, lost: number) => `${won} gewonnen, ${drawn} unentschieden, ${lost} verloren`,
  score: 'Punkte pro Entscheidung',
  bits: 'Bit, die die KI pro Entscheidung wusste',
  curve: (what: string, first: number, last: number) => `${what}: ${fixed(first, 2)} in der ersten gezeigten Partie, ${fixed(last, 2)} in der letzten`,
  line: (opponent: string, own: number, other: number | null) => (other === null ? `${opponent}: ${points(own)}` : `${opponent}: ${points(own)} : ${points(other)}`),
  loading: 'Einen Moment …',
} satisfies Words
