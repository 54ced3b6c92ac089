/** All that the page says in German. Read at once, and only by those who read German. */

import engine from './german.json'
import type { Other } from './language'
import { refusal } from './refusals.de'

const found = import.meta.glob<object>('../**/strings.de.ts', { eager: true, import: 'default' })
const words = Object.fromEntries(Object.entries(found).map(([path, one]) => [folder(path), one]))

/** `./strings.de.ts` is of `lib`, `../pages/account/strings.de.ts` of `pages/account`. */
function folder(path: string): string {
  return path.startsWith('./') ? 'lib' : path.replace(/^\.\.\//, '').replace(/\/strings\.de\.ts$/, '')
}

export const german: Other = { ...engine, words, refusal }
