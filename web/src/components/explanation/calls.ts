/** Explanations over the API. */

import { language } from '../../lib/language'
import { session } from '../../lib/session.svelte'
import type { Explanation, Predictability, Share } from '../../lib/shapes'

export type { Explanation, Predictability, Share }

export const getExplanation = (instance: string, turn: number): Promise<Explanation> =>
  session.call(`/games/instances/${instance}/explanation?turn=${turn}&language=${language}`)

export const getPredictability = (game: string): Promise<Predictability> =>
  session.call(`/games/my-progress/${encodeURIComponent(game)}/predictability?language=${language}`)
