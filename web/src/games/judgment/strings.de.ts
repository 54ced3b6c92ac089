/** Das Modell der Urteile auf Deutsch. */

import { fixed, percent, points } from '../../lib/numbers'
import type { Comparison, Interference, People } from './shapes'
import type { Words } from './strings'

/** From this difference of the BIC on one model is said to do better, as the engine has it. */
const DECISIVE = 2
const bits = (n: number): string => `${fixed(n, 2)} Bit`
const CASES: Readonly<Record<string, string>> = { unknown: 'ohne Nachricht', known_defect: 'als du wusstest, dass der andere defektiert hat', known_cooperate: 'als du wusstest, dass der andere kooperiert hat' }

/** `lead`: how much lower the BIC of the quantum model is. */
function better(lead: number): string {
  if (Math.abs(lead) < DECISIVE) return `ist das klassische Modell so gut wie das Quantenmodell: ihr BIC unterscheidet sich um ${fixed(Math.abs(lead), 1)}.`
  return `ist das ${lead > 0 ? 'Quantenmodell besser als das klassische' : 'klassische Modell besser als das Quantenmodell'}: sein BIC ist um ${fixed(Math.abs(lead), 1)} kleiner.`
}

function interfered({ value, low, high }: Interference): string {
  const often = value === 0 ? 'genauso oft wie' : `um ${points(Math.round(Math.abs(value) * 100))} Punkte ${value > 0 ? 'öfter als' : 'seltener als'}`
  const about = `Ohne Nachricht hast du ${often} mit ihr defektiert (95-%-Intervall ${fixed(low * 100, 0)} bis ${fixed(high * 100, 0)})`
  return low <= 0 && high >= 0 ? `${about}: nicht mehr, als der Zufall bringt; dafür braucht es kein Quantenmodell.` : `${about}: mehr, als eine Mischung beider Nachrichten erlaubt.`
}

export default {
  percent,
  bits,
  title: 'Wie sicher warst du? Ein Modell deiner Antworten',
  peek: 'Ein Modell deiner bisherigen Antworten',
  peekWarning: 'Wer das sieht, antwortet vielleicht anders. Am Ende wird es noch einmal gezeigt.',
  about: 'Denk dir eine Kugel. Jede Frage ist eine Linie durch sie: Ja am einen Ende, Nein am anderen. Der Pfeil steht für dich: je näher er an ein Ende zeigt, desto mehr wird diese Antwort erwartet. Wer antwortet, dreht ihn dorthin, und so kann eine frühere Frage ändern, was eine spätere findet.',
  noPhysics: 'Das ist eine Art, mit Antworten zu rechnen, geliehen aus der Mathematik der Quantentheorie. Sie behauptet nichts über Physik und nichts darüber, was in deinem Kopf vorgeht.',
  step: (i: number, n: number) => `Antwort ${i} von ${n}`,
  yourAnswer: (yes: boolean) => (yes ? 'Du hast ja gesagt.' : 'Du hast nein gesagt.'),
  expected: (p: number) => `Davor hat das Modell diese Antwort mit ${percent(p)} erwartet.`,
  alone: (p: number, q: number) => (Math.abs(p - q) < 0.005 ? 'Ohne die Frage davor: ebenso sehr.' : `Ohne die Frage davor: ${percent(q)}.`),
  rival: (p: number) => `Der klassische Rivale, für den die Reihenfolge gleich ist, hat sie mit ${percent(p)} erwartet.`,
  mixing: (p: number) => `Der klassische Rivale, für den keine Nachricht nur eine Mischung beider sein kann, hat sie mit ${percent(p)} erwartet.`,
  deciding: (value: number) => `Wie sehr das Rätseln über den anderen und das Entscheiden einander stören: ${percent(value * 2)} des Möglichen.`,
  uncertainty: (before: number, after: number) => `Ungewissheit: ${bits(before)} vor dieser Antwort, ${bits(after)} danach.`,
  withoutLast: (before: number) => `Ohne diese Frage wären es noch ${bits(before)}.`,
  still: 'Der Pfeil hat volle Länge: in diesem Modell ist nichts mehr zu erfahren. Die nächste Frage, auf einer anderen Linie, ist trotzdem offen.',
  clash: (value: number) => `Wie sehr diese zwei Fragen einander stören: ${percent(value * 2)} des Möglichen.`,
  origin: {
    published: 'Der Winkel zwischen den Linien ist der, bei dem so viele Leute ihre Antwort wiederholen wie in der Studie.',
    typical: 'Zu diesen beiden hat niemand Antworten veröffentlicht. Als Winkel ist der übliche anderer Studien angenommen.',
    definition: 'Den Winkel zwischen den Linien hat festgelegt, wer diesen Fragebogen gemacht hat.',
  },
  total: (start: number, now: number) => `Über alle Fragen: ${bits(start)} Ungewissheit am Anfang, ${bits(now)} jetzt.`,
  ledger: 'Antwort für Antwort',
  question: 'Frage', you: 'Du', expectedShort: 'Erwartet', rivalShort: 'Rivale', uncertaintyShort: 'Bit davor → danach',
  yes: 'ja', no: 'nein',
  which: 'Welches Modell ist besser?',
  people: ({ n, quantum_bic, classical_bic }: People) => `Bei ${n} befragten Leuten ${better(classical_bic - quantum_bic)}`,
  compared: ({ n, quantum, classical }: Comparison) => (n ? `Bei ${n === 1 ? 'einer Antwort' : `${n} Antworten`} von dir ${better(2 * (quantum - classical))}` : 'Noch gibt es nichts zu vergleichen: keine Antwort bisher hat einen eigenen klassischen Rivalen.'),
  interfered,
  legendBefore: 'davor', legendAfter: 'danach', legendWithout: 'ohne Nachricht',
  ball: (lines: string, before: string, after: string) => `Eine Kugel mit ${lines}. Vor der Antwort: der Pfeil ${before}; danach: der Pfeil ${after}.`,
  points: (p: number, label: string) => `gibt ${label} ${percent(p)}`,
  defect: 'defektieren', cooperate: 'kooperieren',
  dilemmaAbout: 'Bevor du entscheidest, hält das Modell beides offen: oben ist Defektieren, unten Kooperieren. Was es erwartet, hängt davon ab, ob du etwas vom anderen weißt. Die Entscheidung dreht den Pfeil zu dem, was du getan hast.',
  decision: (name: string) => `Deine letzte Entscheidung, ${CASES[name] ?? name}`,
  without: (bitsWithout: number) => `Ohne jede Nachricht wären es vor der Entscheidung ${bits(bitsWithout)} gewesen.`,
  cases: { unknown: 'Keine Nachricht', known_defect: 'Anderer hat defektiert', known_cooperate: 'Anderer hat kooperiert' },
  caseHead: 'Was du wusstest', defected: 'Du hast defektiert', quantum: 'Quantenmodell', classical: 'Klassischer Rivale', bitsHead: 'Bit davor',
  interferenceTitle: 'Addieren sich Nachrichten?',
  notYet: 'Das steht hier, wenn du alle drei Fälle erlebt hast.',
} satisfies Words
