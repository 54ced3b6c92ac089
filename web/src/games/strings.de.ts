/** Die Ansichten der Spiele auf Deutsch. */

import { percent, points } from '../lib/numbers'
import type { Words } from './strings'

export default {
  firstPull: (arms: number) => `${arms} Arme: finde heraus, welcher am meisten zahlt. Die KI spielt ihre eigene Kopie, deren Arme gemischt sind.`,
  pulled: (arm: string, payoff: number) => `${arm} zahlte ${points(payoff)}.`,
  decks: 'Jede Karte gewinnt etwas, manche kosten mehr. Welche Stapel lohnen sich auf Dauer?',
  card: (deck: string, gain: number, loss: number) => `Stapel ${deck}: du gewinnst ${points(gain)}${loss ? ` und verlierst ${points(loss)}` : ''}.`,
  left: (n: number) => `noch ${n}`,
  balance: (balance: number, loan: number) => `Du hast ${points(balance)}; davon sind ${points(loan)} geliehen.`,
  ships: 'Welches Schiff? Das linke fliegt meist zu Planet 1, das rechte meist zu Planet 2.',
  arrived: (ship: string, planet: number) => `Das Schiff ${ship} hat dich zu Planet ${planet} gebracht. Welche Mine?`,
  found: (planet: number, mine: string, gold: boolean) => `Planet ${planet}, Mine ${mine}: ${gold ? 'Gold!' : 'nichts.'}`,
  ship: (side: string) => `Schiff ${side}`,
  mine: (side: string) => `Mine ${side}`,
  wouldYouTake: 'Was würdest du nehmen?',
  hypothetical: 'Nichts wird ausgezahlt: sag, was du nehmen würdest.',
  oneIsPaid: 'Eine deiner Entscheidungen wird am Ende ausgelost, gespielt und ausgezahlt.',
  eachIsPaid: 'Jede Entscheidung wird gleich gespielt und ausgezahlt.',
  sure: 'sicher',
  chance: (p: number) => percent(p, 1),
  worthTitle: 'Was dir jedes Glücksspiel wert ist',
  worthAbout: 'Der sichere Betrag, den du gerade noch stattdessen nähmst, liegt zwischen diesen beiden. Über dem mittleren Gewinn magst du das Risiko, darunter meidest du es.',
  gamble: 'Glücksspiel',
  worthToYou: 'Dir wert',
  meanWin: 'Mittlerer Gewinn',
  between: (low: number, high: number) => `${points(low)} bis ${points(high)}`,
  others: (name: string, payoff: number) => `${name} hätte ${points(payoff)} gebracht`,
  today: 'heute',
  inDays: (days: number) => `in ${points(days)} ${days === 1 ? 'Tag' : 'Tagen'}`,
} satisfies Words
