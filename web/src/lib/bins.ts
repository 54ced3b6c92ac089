/** Which of the expected choices a move was, and which of them are worth showing. */

import type { Numbers, Probabilities } from './api'

export interface Bar { action: string; p: number; mine: boolean }

const SHOWN = 10

/** The choice as the prediction names it: a number stands for the bin that holds it. */
export function named(action: string, prediction: Probabilities, asked: Numbers | null): string | undefined {
  const names = Object.keys(prediction)
  if (!asked) return action
  const after = asked.edges.findIndex((edge) => edge > Number(action))
  return names[Math.min(after < 0 ? names.length : after, names.length) - 1]
}

/** What was possible, in order; of many choices the most probable ones and the one that was taken. */
export function bars(prediction: Probabilities, mine: string | undefined): Bar[] {
  const possible = Object.entries(prediction).flatMap(([action, p]) => (p > 0 ? [{ action, p, mine: action === mine }] : []))
  if (possible.length <= SHOWN + 1) return possible
  const least = possible.map(({ p }) => p).sort((a, b) => b - a)[SHOWN - 1] ?? 0
  const above = possible.filter(({ p }) => p > least).length
  let ties = SHOWN - above
  return possible.filter((bar) => bar.mine || bar.p > least || (bar.p === least && ties-- > 0))
}
