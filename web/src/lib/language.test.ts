import { afterEach, expect, test, vi } from 'vitest'
import { german } from './german'
import * as spoken from './language'
import { sentence } from './message'

const modules = import.meta.glob<{ t: object }>('../**/strings.ts', { eager: true })
const places = Object.entries(modules).map(([path, { t }]) => [path.startsWith('./') ? 'lib' : path.replace(/^\.\.\/|\/strings\.ts$/g, ''), t] as const)

type Tree = Record<string, unknown>
type Words = (...args: unknown[]) => string

/** Every string and function of a catalogue by its path. */
function leaves(tree: object, before = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    value !== null && typeof value === 'object' ? leaves(value as Tree, `${before}${key}.`) : [[`${before}${key}`, value] as [string, unknown]])
}

/** Stands for anything that a sentence may be given, and says which of two it is. */
function stand(variant: number): unknown {
  const value = 0.31 + 0.4 * variant
  return new Proxy(() => undefined, {
    get: (_, key) => {
      if (key === Symbol.toPrimitive) return (hint: string) => (hint === 'string' ? `«${variant}»` : value)
      if (key === Symbol.iterator) return () => [value, value, value][Symbol.iterator]()
      return ['join', 'slice', 'toFixed'].includes(String(key)) ? () => `«${variant}»` : stand(variant)
    },
  })
}

/** For each argument, whether what is said changes with it. */
function places_of(words: Words, count: number): boolean[] {
  const said = (changed: number): string => words(...Array.from({ length: count }, (_, i) => stand(Number(i === changed))))
  return Array.from({ length: count }, (_, i) => said(i) !== said(-1))
}

afterEach(() => vi.unstubAllGlobals())

test('every folder with words has them in German, and no other', () => {
  expect(Object.keys(german.words).sort()).toEqual(places.map(([place]) => place).sort())
})

test.each(places)('%s: the same keys, and each argument of a sentence says something in both languages', (place, english) => {
  const [here, there] = [leaves(english), leaves(german.words[place] ?? {})]
  expect(there.map(([path]) => path)).toEqual(here.map(([path]) => path))
  here.forEach(([path, value], i) => {
    const translated = there[i]?.[1]
    expect(typeof translated, path).toBe(typeof value)
    // What compares its arguments with words, or tells them from numbers of its own, is read by people.
    if (typeof value === 'function') expect(places_of(translated as Words, value.length), path).toEqual(places_of(value as Words, value.length))
  })
})

test('the language is what was chosen, else the first of the browser that is known, else English', async () => {
  const of = async (kept: string | null, ...languages: string[]): Promise<string> => {
    vi.resetModules()
    vi.stubGlobal('localStorage', { getItem: () => kept })
    vi.stubGlobal('navigator', { languages })
    return (await import('./language')).language
  }
  expect(await of('de', 'en-GB')).toBe('de')
  expect(await of(null, 'fr', 'de-AT', 'en')).toBe('de')
  expect(await of(null, 'pt-BR')).toBe('en')
  expect(await of('xx', 'de')).toBe('de')
})

test('a sentence of the engine is said in German from its message, names of actions too', () => {
  const did = { id: 'did.chose', args: { what: 'rock' } }
  const message = { id: 'evidence.taken', args: { when: { id: 'when.own', args: { own: ['paper', 'rock'] } }, taken: 3, seen: 5, did } }
  expect(sentence('In English.', message)).toBe('In English.')
  spoken.speak('de', german)
  expect(sentence('In English.', message)).toBe('Nach deinem Papier, Stein hast du in 3 von 5 Fällen Stein gewählt.')
  expect(sentence('In English.', { id: 'no.such', args: {} })).toBe('In English.')
  expect(spoken.said('Prisoner\'s dilemma')).toBe('Gefangenendilemma')
  expect(spoken.said('my own words')).toBe('my own words')
  expect(spoken.refusal('invalid-input', '/current_password')).toContain('Passwort')
})
