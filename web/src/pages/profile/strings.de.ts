/** Wie du spielst, auf Deutsch. */

import { number } from './strings'
import type { Among, Interval } from './calls'
import type { Words } from './strings'

export default {
  title: 'Wie du spielst',
  about: 'Was deine Entscheidungen über dich sagen und wie sicher das ist. Niemand außer dir sieht diese Seite.',
  consent: 'Meine Entscheidungen dürfen modelliert werden',
  consentAbout: 'Ist das aus, wird nichts mehr erschlossen, auch in laufenden Partien, und nichts Erschlossenes gezeigt. Was du selbst sagst, bleibt.',
  saving: 'Wird dem Server gesagt …',
  off: 'Das Modellieren ist aus. Über dich wird nichts erschlossen.',
  declared: 'Was du von dir selbst sagst',
  declaredAbout: 'Das legst nur du fest. Es wird nie mit dem Erschlossenen vermischt, und keine Vorhersage nutzt es.',
  declaredNone: 'Du hast noch nichts von dir gesagt.',
  name: 'Was',
  value: 'Wie sehr, oder welches',
  nameExample: 'Risikofreude',
  letters: 'Buchstaben, Ziffern, Leerzeichen und Bindestriche, ohne Umlaute; zuerst ein Buchstabe',
  say: 'Sagen',
  unsay: (what: string) => `${what} entfernen`,
  inferred: 'Was dein Spiel sagt',
  based: (matches: number, decisions: number) => `Aus ${decisions === 1 ? 'einer Entscheidung' : `${decisions} Entscheidungen`} in ${matches === 1 ? 'einer Partie' : `${matches} Partien`}. Auf der Linie liegt die Wahrheit mit 95 % Wahrscheinlichkeit, wenn das Modell stimmt; der Punkt ist die beste Schätzung.`,
  none: 'Noch nichts: spiel eine Partie, dann sieh wieder nach.',
  play: 'Eine spielen',
  counted: 'Aus deinen Zügen gezählt',
  countedAbout: 'Anteile und Mittelwerte dessen, was du getan hast, aus welchem Grund auch immer.',
  model: (title: string, version: string) => `${title} (Modellversion ${version})`,
  modelAbout: 'Parameter, mit denen dieses Modell am ehesten wählen würde wie du. Ein anderes Modell würde eine andere Geschichte erzählen.',
  countedNot: 'Es sagt, was du in diesen Spielen getan hast, nicht warum, und nicht, was du anderswo tust.',
  parameterNot: 'Es ist die Einstellung eines Modells, keine gemessene Eigenschaft.',
  share: 'Anteil',
  means: 'Was es bedeutet',
  not: 'Was es nicht bedeutet',
  decisions: (n: number) => `n = ${Math.round(n)}`,
  among: (a: Among) => `mehr als ${Math.round(a.percentile)} % von ${a.people} Leuten (${Math.round(a.low)} bis ${Math.round(a.high)} %)`,
  alone: 'es sind zu wenige Leute bekannt, um zu vergleichen',
  over: (count: number) => (count === 1 ? 'Nach deiner Partie' : `Nach jeder deiner ${count} Partien`),
  chart: (title: string, i: Interval) => `${title}: ${number(i.mean)}, zwischen ${number(i.low)} und ${number(i.high)}`,
  trace: (title: string, first: Interval, last: Interval) => `${title} im Lauf der Partien: ${number(first.mean)} [${number(first.low)}; ${number(first.high)}] nach der ersten gezeigten, ${number(last.mean)} [${number(last.low)}; ${number(last.high)}] nach der letzten`,
  loading: 'Einen Moment …',
} satisfies Words
