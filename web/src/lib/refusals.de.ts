/** Was der Server ablehnt, auf Deutsch: by the last part of a problem's type, and by the field that is wrong. */

const PROBLEMS: Readonly<Record<string, string>> = {
  'bad-request': 'Der Server versteht diese Anfrage nicht.',
  error: 'Der Fehler liegt bei uns, und er ist aufgezeichnet.',
  'invalid-input': 'Eine Angabe ist nicht gültig.',
  'illegal-action': 'Dieser Zug ist jetzt nicht erlaubt.',
  unauthenticated: 'Bitte melde dich an: Name oder Passwort ist falsch, oder deine Sitzung ist beendet.',
  'code-needed': 'Dein Konto hat einen zweiten Faktor. Der Code fehlt, ist falsch oder wurde schon benutzt.',
  forbidden: 'Das darfst du nicht.',
  'second-factor-needed': 'Das geht nur mit einem zweiten Faktor. Richte ihn ein oder melde dich mit ihm an.',
  'not-found': 'Das gibt es nicht, oder es gehört dir nicht.',
  conflict: 'Das passt nicht mehr zum jetzigen Stand.',
  gone: 'Es ist vorbei.',
  'too-large': 'Das ist zu groß.',
  'rate-limited': 'Das war zu oft. Warte einen Moment und versuch es noch einmal.',
  'newer-server-needed': 'Hier wird gerade eine neue Version aufgespielt. Versuch es gleich noch einmal.',
  unavailable: 'Der Dienst ist gerade nicht da. Versuch es gleich noch einmal.',
}

const FIELDS: Readonly<Record<string, string>> = {
  '/current_password': 'Das jetzige Passwort ist falsch.',
  '/new_password': 'Das neue Passwort ist zu leicht zu erraten oder gleicht dem alten. Nimm 12 Zeichen oder mehr, zum Beispiel vier Wörter ohne Zusammenhang.',
  '/password': 'Das Passwort ist falsch oder zu leicht zu erraten. Ein neues braucht 12 Zeichen oder mehr, zum Beispiel vier Wörter ohne Zusammenhang.',
  '/code': 'Dieser Code ist falsch, abgelaufen oder schon benutzt.',
  '/email': 'Diese E-Mail-Adresse ist vergeben oder nicht gültig.',
  '/username': 'Dieser Name ist vergeben oder nicht erlaubt. Er hat 3 bis 32 Zeichen: Buchstaben, Ziffern, Punkt und Striche.',
}

export const refusal = (type: string, field: string): string | undefined => FIELDS[field] ?? PROBLEMS[type]
