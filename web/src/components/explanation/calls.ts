/** Explanations over the API. */

import { session } from '../../lib/session.svelte'

export interface Alike { turn: number; distance: number; action: string; statement: string }
export interface Explanation {
  turn: number
  counterfactual: { statement: string; changes: { turn: number; side: 'own' | 'opponent'; now: string; then: string }[]; prediction: Record<string, number> | null }
  alike: Alike[]
}
export interface Share { kind: string; statement: string; bits: number; low: number; high: number }
export interface Predictability { decisions: number; matches: number; bits: number; low: number; high: number; shares: Share[] }

export const getExplanation = (instance: string, turn: number): Promise<Explanation> =>
  session.call(`/games/instances/${instance}/explanation?turn=${turn}`)

export const getPredictability = (game: string): Promise<Predictability> =>
  session.call(`/games/my-progress/${encodeURIComponent(game)}/predictability`)
