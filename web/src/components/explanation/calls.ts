/** Explanations over the API. */

import { session } from '../../lib/session.svelte'
import type { Explanation, Predictability, Share } from '../../lib/shapes'

export type { Explanation, Predictability, Share }

export const getExplanation = (instance: string, turn: number): Promise<Explanation> =>
  session.call(`/games/instances/${instance}/explanation?turn=${turn}`)

export const getPredictability = (game: string): Promise<Predictability> =>
  session.call(`/games/my-progress/${encodeURIComponent(game)}/predictability`)
