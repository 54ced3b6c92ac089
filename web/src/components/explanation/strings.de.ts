/** Rund um Erklärungen auf Deutsch. */

import { fixed } from '../../lib/numbers'
import type { Words } from './strings'

export default {
  more: 'Was hätte sie geändert?',
  otherwise: 'Was sie geändert hätte',
  alike: 'Als es fast ebenso war',
  loading: 'Die letzten Runden werden noch einmal gerechnet …',
  failed: 'Das ließ sich nicht berechnen:',
  changed: 'Du hast dich geändert',
  profile: 'Was dich vorhersagbar macht',
  profileMore: 'Was macht mich vorhersagbar?',
  profileAbout: (decisions: number, matches: number) => `Bit pro Entscheidung nach Art des Hinweises, mit 95-%-Intervallen, aus ${decisions} Entscheidungen in ${matches === 1 ? '1 Partie' : `${matches} Partien`}. Links der Linie: es hat die KI in die Irre geführt.`,
  bits: (bits: number, low: number, high: number) => `${fixed(bits, 3)} Bit, zwischen ${fixed(low, 3)} und ${fixed(high, 3)}`,
  total: (bits: number, low: number, high: number) => `Insgesamt wusste die KI ${fixed(bits, 2)} Bit über jede deiner Entscheidungen, zwischen ${fixed(low, 2)} und ${fixed(high, 2)}.`,
} satisfies Words
