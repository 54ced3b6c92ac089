/** Rund um die Rückmeldung auf Deutsch. */

import type { Words } from './strings'

export default {
  title: 'Was dich verraten hat',
  advice: 'Was du als Nächstes versuchen kannst',
  computed: (n: number) => `Berechnet aus deinen ${n} Entscheidungen; nichts davon ist geraten.`,
  coach: 'Den Coach fragen',
  coachTurn: 'Erklär es wie ein Coach',
  writing: 'Schreibt …',
  byModel: (model: string) => `Von ${model} aus den berechneten Tatsachen geschrieben; jede Zahl wurde an ihnen geprüft.`,
  byTemplate: 'Es ist kein Sprachmodell verbunden, deshalb stehen die berechneten Tatsachen da, wie sie sind.',
  stands: 'Deshalb stehen die berechneten Tatsachen da, wie sie sind.',
  failed: 'Die Rückmeldung ließ sich nicht lesen.',
} satisfies Words
