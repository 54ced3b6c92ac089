/** Feedback over the API. */

import { withBody } from '../../lib/http'
import { language } from '../../lib/language'
import { session } from '../../lib/session.svelte'

export interface Fact { key: string; sentence: string; values: Record<string, number> }
export interface Words {
  author: 'engine' | 'language-model' | 'template'
  paragraphs: { text: string; facts: string[] }[]
  facts: Fact[]
  model: string | null
  fallback: string | null
}
export interface Feedback { decisions: number; headline: string; facts: Fact[]; advice: string[]; coach: Words | null }

const path = (instance: string): string => `/games/instances/${instance}/feedback`

export const getFeedback = (instance: string): Promise<Feedback> => session.call(`${path(instance)}?language=${language}`)

export const askCoach = (instance: string, about: 'match' | 'turn', turn?: number): Promise<Words> =>
  session.call(path(instance), withBody(turn === undefined ? { about } : { about, turn }))
