/** The API of the cognitive profile: shapes and calls. */

import type { Page } from '../../lib/api'
import { withBody } from '../../lib/http'
import { language } from '../../lib/language'
import { session } from '../../lib/session.svelte'

export interface Interval { mean: number; low: number; high: number; n: number }
export interface Among { percentile: number; low: number; high: number; people: number }
export interface Trait extends Interval {
  sd: number; unit: string; meaning: string; kind: string; title: string; model: string; version: string; says_not: string; among: Among | null
}
export interface Profile {
  declared: Record<string, number | string>; modelling_consent: boolean; inferred: Record<string, Trait>; matches: number; decisions: number
}
export interface After { instance_id: string; started_at: string; decisions: number; inferred: Record<string, Interval> }

const { call } = session
const AT = '/users/me/cognitive-profile'

export const profiles = {
  load: () => call<Profile>(`${AT}?language=${language}`),
  /** Newest first, as the server tells it; here oldest first, as it is drawn. */
  history: async () => (await call<Page<After>>(`${AT}/history?limit=50&language=${language}`)).items.reverse(),
  /** Reaches the server even if the page is left at once: a withdrawn consent must not be lost. */
  set: (what: Partial<Pick<Profile, 'declared' | 'modelling_consent'>>) => call<Profile>(`${AT}?language=${language}`, { ...withBody(what, 'PUT'), keepalive: true }),
}
