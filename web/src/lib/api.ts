/** The HTTP API of play: shapes and calls. */

import { key, withBody } from './http'
import { session } from './session.svelte'
import type * as shapes from './shapes'

export type Probabilities = Record<string, number>
/** Which keys there are depends on the game. */
export type View = { rounds?: number | null; round?: number } & Record<string, unknown>
type Seen<T> = Omit<T, 'next' | 'view'> & { next: Next | null; view: View | null }
export type Next = Omit<shapes.Next, 'view'> & { view: View }
/** What is known of judgments, in games of them, has shapes in `games/judgment/shapes`. */
export type Move = Seen<Omit<shapes.Move, 'judgment'>> & { judgment: { kind: 'questions' | 'dilemmas' } | null }
export type Instance = Seen<shapes.Instance>
export type Opponent = Pick<shapes.Opponent, 'key' | 'title' | 'summary'>
export type Definition = Pick<shapes.Definition, 'id' | 'key' | 'title' | 'description' | 'tags' | 'built_in'>
export type { Change, LiveCrowd, NumbersOut as Numbers, Opened, Part, Reply, Score, Side, Trait } from './shapes'
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
  async move(id: string, turn: number, action: string | null, response_time_ms: number | null): Promise<Move> {
    const init = withBody({ turn, action, response_time_ms })
    return call<Move>(`${match(id)}/moves`, { ...init, headers: { ...(init.headers as object), 'Idempotency-Key': key() } })
  },
  crowd: (id: string) => call<shapes.LiveCrowd[]>(`${match(id)}/crowd`),
  log: async (id: string) => (await session.send(`${match(id)}/decisions`, { headers: { Accept: 'text/csv' } })).blob(),
}
