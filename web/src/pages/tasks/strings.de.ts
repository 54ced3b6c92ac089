/** Aufträge auf Deutsch. */

import type { Words } from './strings'

export default {
  title: 'Aufträge',
  about: 'Was der Server im Hintergrund für dich tut. Du kannst diese Seite inzwischen schließen.',
  none: 'Noch wurde um nichts gebeten.',
  nothing: 'Es gibt nichts zu berichten: in dieser Zeit wurde keine Entscheidung getroffen, die modelliert werden darf.',
  ask: 'Bericht erstellen über',
  spans: { session: 'meine letzte Sitzung', week: 'meine Woche', month: 'meinen Monat', all: 'alles, was ich gespielt habe' },
  make: 'Erstellen',
  cancel: 'Abbrechen',
  cancelled: (kind: string) => `Abbrechen: ${kind}`,
  page: 'Seite sichern',
  pdf: 'PDF sichern',
  more: 'Ältere zeigen',
  loading: 'Einen Moment …',
  states: {
    queued: 'wartet auf einen Worker',
    running: 'in Arbeit',
    waiting: 'die Teile sind in Arbeit',
    done: 'fertig',
    failed: 'fehlgeschlagen',
    cancelled: 'abgebrochen',
  },
  kinds: {
    'report.make': 'Bericht über dein Spiel',
    'ai-model.train': 'Training eines Modells',
    'ai-model.predict-batch': 'Vorhersagen eines Modells',
  },
} satisfies Words
