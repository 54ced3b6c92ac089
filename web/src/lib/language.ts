/**
 * In which language the page speaks: the one chosen in the header, else the browser's, else English.
 *
 * English words are part of each page; those of another language are one file, read before anything is shown.
 */

export const LANGUAGES = { en: 'English', de: 'Deutsch' }
export type Language = keyof typeof LANGUAGES

/** Not among what belongs to a person and is forgotten when they log out. */
const KEPT = 'hagame-language'

const known = (tag: string): Language | undefined => Object.keys(LANGUAGES).find((one): one is Language => tag.toLowerCase().split('-')[0] === one)

function chosen(): Language {
  // Tests of single parts run where there is neither.
  const kept = typeof localStorage === 'undefined' ? null : localStorage.getItem(KEPT)
  const wished = typeof navigator === 'undefined' ? [] : (navigator.languages ?? [navigator.language])
  return [kept ?? '', ...wished].map(known).find((found) => found !== undefined) ?? 'en'
}

export let language = chosen()

/** How numbers and dates are written: as the browser would, where it speaks this language. */
export let locale = localeOf(language)

/** From now on; `words` are null for English, which the page knows. Who shows something has to show it again. */
export function speak(next: Language, words: Other | null): void {
  language = next
  locale = localeOf(next)
  other = words
}

export const remember = (chosen: Language): void => localStorage.setItem(KEPT, chosen)

function localeOf(spoken: Language): string {
  return (typeof navigator === 'undefined' ? undefined : navigator.languages?.find((tag) => known(tag) === spoken)) ?? spoken
}

/** What another language than English consists of. */
export interface Other {
  /** By the folder that they are of. */
  words: Readonly<Record<string, object>>
  /** Sentences of the engine by id, with places for arguments. */
  templates: Readonly<Record<string, string>>
  /** Other texts of the engine by the English ones: titles, descriptions, names of actions. */
  texts: Readonly<Record<string, string>>
  /** A sentence for a refusal of the server, by the last part of its type and the field that is wrong. */
  refusal: (type: string, field: string) => string | undefined
}

let other: Other | null = null

/** What another language must have: the same keys, functions of the same arguments, whatever they say. */
export type Translated<T> = T extends (...args: infer A) => string ? (...args: A) => string : T extends string ? string : T extends object ? { [K in keyof T]: Translated<T[K]> } : T

/** The words of a folder in the language of the page; asked for when they are shown, and not before. */
export function spoken<T extends object>(place: string, english: T): T {
  return new Proxy(english, { get: (_, key) => Reflect.get(other?.words[place] ?? english, key) as unknown })
}

/** One of several words by a name that comes from elsewhere. */
export const named = (words: Readonly<Record<string, string>>, name: string): string | undefined => words[name]

/** What the engine says in English, in the language of the page; what people wrote stays. */
export const said = (text: string): string => other?.texts[text] ?? text

/** A word of the server that stands for a state or a choice. */
export const word = (name: string): string => other?.texts[`=${name}`] ?? name

/** The same of texts that only the engine writes: what is known in English alone is left out elsewhere. */
export const saidOrNothing = (text: string): string => (other ? (other.texts[text] ?? '') : text)

export const template = (id: string): string | undefined => other?.templates[id]

/** What a refusal says, where that is not left to the server. */
export const refusal = (type: string, field: string): string | undefined => other?.refusal(type, field)
