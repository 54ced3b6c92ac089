/** Spiele auf Deutsch. */

import type { Words } from './strings'

export default {
  title: 'Spiele',
  about: 'Alles, was man hier spielen kann: die eingebauten Spiele und die, die Forschende aus deren Regeln gemacht haben.',
  search: 'Suchen',
  builtIn: 'Eingebaute Spiele',
  others: 'Hier gemachte Spiele',
  none: 'Nichts gefunden.',
  noneMade: 'Noch hat niemand ein Spiel gemacht.',
  play: 'Spielen',
  playThis: (title: string) => `Spielen: ${title}`,
  more: 'Mehr zeigen',
  loading: 'Einen Moment …',
  make: 'Ein Spiel machen',
  makeAbout: 'Nimm ein Spiel, wie es ist, ändere, was du magst, und gib ihm einen Namen. Seine Regeln bleiben; Code braucht es nicht.',
  from: 'Beginnen mit',
  name: 'Titel',
  key: 'Schlüssel (kleine Buchstaben, Ziffern und Bindestriche; derselbe Schlüssel macht die nächste Version deines Spiels)',
  description: 'Beschreibung',
  parameters: 'Parameter',
  save: 'Machen',
  usual: 'wie üblich',
  list: 'durch Kommas getrennt',
  asJson: 'als JSON',
  noJson: (label: string) => `${label}: das ist kein JSON.`,
  made: (title: string, version: number) => `${title} ist da, als Version ${version}.`,
} satisfies Words
