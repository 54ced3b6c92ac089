/** A match of somebody else, by the token of its link; in nobody's name, so that who watches becomes no guest. */

import { follow } from '../../lib/events'
import { patient, read } from '../../lib/http'
import { fault } from '../../lib/seal'
import type * as shapes from '../../lib/shapes'

export type Match = shapes.WatchedMatch
/** What the next line tells has another type in the page's own words for play. */
export type Turn = shapes.WatchedTurn
export interface Round { turn: Turn; held: boolean }

const sender = (token: string) => (path: string, init: RequestInit = {}) =>
  patient(path, { ...init, headers: { ...(init.headers as Record<string, string>), 'Watch-Token': token } })

export const look = async (token: string): Promise<Match> => (await read(await sender(token)('/games/watch'))) as Match

/** Each turn after `after`, then how it ended: `finished`, `abandoned` or `withdrawn`. */
export function followed(token: string, after: number, hear: (turn: Turn) => void, end: (status: string) => void, signal: AbortSignal): Promise<void> {
  return follow('/games/watch/events', ({ event, data }) => {
    if (event === 'turn') hear(data as Turn)
    if (event === 'end') end((data as { status: string }).status)
  }, signal, sender(token), after ? String(after) : '')
}

/** With its seal checked against the one that was shown before it; against its own where that was not seen. */
export async function checked(turn: Turn, before: string | undefined): Promise<Round> {
  return { turn, held: (await fault(before ?? turn.commitment.sha256, turn)) === null }
}
