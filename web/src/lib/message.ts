/**
 * Sentences of the engine in another language than English, from their messages (`hagame.mind.language`).
 *
 * A place in a template is `{name}` or `{name:format}`; the formats are those of `hagame/mind/language/rendering.py`.
 */

import { said, template } from './language'
import { percent, points } from './numbers'

export interface Message { id: string; args: Record<string, unknown> }

const PLACE = /\{(\w+)(?::([a-z]+)(?:\(([^)]*)\))?)?\}/g

/** The sentence in the language of the page; what came in English where there is none. */
export function sentence(english: string, message: Message | null | undefined): string {
  return message ? (inWords(message) ?? english) : english
}

function inWords({ id, args }: Message): string | undefined {
  return template(id)?.replace(PLACE, (_, name: string, format = '', words = '') => filled(args[name], format as string, words as string))
}

function filled(value: unknown, format: string, words: string): string {
  if (typeof value === 'number') return counted(value, format, words)
  if (Array.isArray(value)) return value.map((one) => filled(one, '', '')).join(words)
  const text = typeof value === 'string' ? said(value) : value === null || typeof value !== 'object' ? '' : (inWords(value as Message) ?? '')
  return format === 'capital' ? text.slice(0, 1).toUpperCase() + text.slice(1) : text
}

function counted(value: number, format: string, words: string): string {
  const [one = '', many = ''] = words.split('|')
  if (format === 'plural') return `${points(value)} ${value === 1 ? one : many}`
  return format === 'percent' ? percent(value) : points(value)
}
