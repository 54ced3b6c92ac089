/** The HTTP API of play: shapes and calls. */

import { withBody } from './http'
import { session } from './session.svelte'

export type Probabilities = Record<string, number>
export type View = { rounds?: number | null; round?: number } & Record<string, unknown>
export interface Numbers { low: number; high: number; step: number; edges: number[]; unit: string }
export interface Reply { seat: number; action: string; why: string }
export interface Next {
  turn: number; commitment: string; sealed: ('action' | 'prediction')[]; legal_actions: string[]; numbers: Numbers | null
  time_limit_s: number | null; replies: Reply[]; view: View
}
export interface Side { action: string; payoff: number }
export interface Part { key: string; statement: string; log_odds: Record<string, number>; seen: number; taken: number }
export interface Trait { mean: number; sd: number; low: number; high: number; n: number }
export interface Opened { sha256: string; nonce: string; payload: string }
export interface Score { player: number; opponent: number | null }
export interface Move {
  turn: number; player: Side; timed_out: boolean; opponent: { action: string | null; payoff: number } | null
  others: { seat: number; action: string | null; payoff: number }[]; replies: Reply[]
  outcome: Record<string, unknown>; foregone: Record<string, number> | null
  prediction: Probabilities; surprise_bits: number; bits_known: number
  commitment: Opened; why: string; explanation: Part[]; score: Score; traits: Record<string, Trait>
  status: 'active' | 'finished'; next: Next | null
  /** What may be seen once the match is over. */
  view: View | null
  /** A model of the player's judgments, in games of them; shapes in `games/judgment/shapes`. */
  judgment: { kind: 'questions' | 'dilemmas' } | null
}
export interface Definition { id: string; key: string; title: string; description: string; tags: string[]; built_in: boolean }
export interface Opponent { key: string; title: string; summary: string }
export interface Instance {
  id: string; status: 'active' | 'finished' | 'abandoned'; turn: number; score: Score; next: Next | null; view: View | null
  definition: { key: string; engine: string; title: string }; opponent: Opponent; opponent_model: string | null
}
export interface LiveCrowd { key: string; n: number; quartiles: number[] }
export interface Page<T> { items: T[]; next_cursor: string | null }

const { call } = session
const match = (id: string): string => `/games/instances/${id}`

export const api = {
  definitions: async () => (await call<Page<Definition>>('/games/definitions?limit=100&built_in=true')).items,
  opponents: (definition: string) => call<Opponent[]>(`/games/opponents?definition=${encodeURIComponent(definition)}`),
  /** Against the usual opponent of the game where none is named. */
  begin: (definition: string, opponent: string) => call<Instance>('/games/instances', withBody({ definition, opponent: opponent || null })),
  get: (id: string) => call<Instance>(match(id)),
  abandon: (id: string) => call<Instance>(`${match(id)}/abandon`, { method: 'POST' }),
  decisions: async (id: string) => (await call<Page<{ answer: Move }>>(`${match(id)}/decisions?limit=1000`)).items.map((row) => row.answer),
  move(id: string, turn: number, action: string | null, response_time_ms: number): Promise<Move> {
    const init = withBody({ turn, action, response_time_ms })
    return call<Move>(`${match(id)}/moves`, { ...init, headers: { ...(init.headers as object), 'Idempotency-Key': key() } })
  },
  crowd: (id: string) => call<LiveCrowd[]>(`${match(id)}/crowd`),
  log: async (id: string) => (await session.send(`${match(id)}/decisions`, { headers: { Accept: 'text/csv' } })).blob(),
}

/** Not `randomUUID`: browsers offer that on secure pages only. */
function key(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
