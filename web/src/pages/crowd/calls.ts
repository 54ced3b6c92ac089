/** Questions to a crowd, and matches that it may forecast: shapes and calls. */

import { withBody } from '../../lib/http'
import { session } from '../../lib/session.svelte'

export interface Judgment { probabilities: number[] | null; number: number | null; revision: number; score: number | null }
export interface Outcome { option: string | null; number: number | null }
export interface Question {
  id: string; title: string; details: string; options: string[] | null; unit: string | null
  reveal: 'after_judging' | 'after_closing' | 'always'; closes_at: string; open: boolean; yours_to_resolve: boolean
  judges: number; outcome: Outcome | null; your_judgment: Judgment | null
}
export interface Pool { method: string; probabilities: number[]; score: number | null }
export interface NumberPool { method: string; value: number; interval: [number, number] | null; score: number | null }
export interface Answer {
  judges: Partial<Record<'person' | 'model' | 'llm', number>>; pools: Pool[]; votes: Record<string, number> | null
  surprisingly_popular: string[] | null; numbers: NumberPool[]; estimates: number[]; outcome: Outcome | null
}
export interface Standing { kind: string; judge: string; you: boolean; questions: number; brier: number; crowd_brier: number }
export interface NewQuestion { title: string; options?: string[]; unit?: string; closes_at: string }
export type NewJudgment = { probabilities: number[]; expected?: number[] } | { number: number }

type Kind = 'person' | 'model' | 'llm' | 'engine' | 'crowd'
export interface Watched { id: string; game: string; title: string; opponent: string; status: string; turn: number; judges: number; yours: boolean }
export interface Sealed { turn: number; probabilities: Record<string, number>; sha256: string; revision: number }
export interface PlayedTurn {
  turn: number; options: string[]; action: string; opponent_action: string | null; payoff: number; timed_out: boolean
  engine: { probabilities: Record<string, number>; brier: number | null }
  forecasts: { kind: Kind; judge: string; you: boolean; probabilities: Record<string, number>; brier: number | null; sha256: string; nonce: string; payload: string }[]
  pools: Pool[]
}
export interface MatchStanding { kind: Kind; judge: string; you: boolean; turns: number; brier: number; engine_brier: number }
export interface WatchedMatch extends Watched {
  open: { turn: number; options: string[]; told: string; sealed: { kind: Kind; sha256: string }[]; yours: Sealed | null } | null
  played: PlayedTurn[]; standings: MatchStanding[]
}
export interface OwnMatch { id: string; definition: { title: string }; turn: number; status: string; recorded: boolean }

const { call } = session
const question = (id: string): string => `/collective/questions/${id}`

const match = (id: string): string => `/collective/matches/${id}`

export const matchEventsOf = (id: string): string => `${match(id)}/events`
export const eventsOf = (id: string): string => `${question(id)}/events`

export const crowd = {
  list: async () => (await call<{ items: Question[] }>('/collective/questions?limit=50')).items,
  get: (id: string) => call<Question>(question(id)),
  ask: (body: NewQuestion) => call<Question>('/collective/questions', withBody(body)),
  judge: (id: string, body: NewJudgment) => call<Judgment>(`${question(id)}/judgments`, withBody(body)),
  askModel: (id: string) => call<Judgment>(`${question(id)}/ask-model`, withBody({ model: 'default' })),
  resolve: (id: string, body: { option: string } | { number: number }) => call<Question>(`${question(id)}/outcome`, withBody(body)),
  board: () => call<Standing[]>('/collective/leader-board'),
}

export const matches = {
  list: async () => (await call<{ items: Watched[] }>('/collective/matches?limit=50')).items,
  own: async () => (await call<{ items: OwnMatch[] }>('/games/my-instances?status=active&limit=5')).items.filter((one) => !one.recorded),
  open: (instance: string) => call<Watched>('/collective/matches', withBody({ instance })),
  withdraw: (id: string) => call<undefined>(match(id), { method: 'DELETE' }),
  forecast: (id: string, turn: number, probabilities: Record<string, number>) => call<Sealed>(`${match(id)}/forecasts`, withBody({ turn, probabilities })),
  askModel: (id: string) => call<Sealed>(`${match(id)}/ask-model`, withBody({ model: 'default' })),
}

/** Whether the server would show this person what the crowd says; asking too early is a refusal. */
export const maySee = (q: Question): boolean =>
  !q.open || q.yours_to_resolve || q.reveal === 'always' || (q.reveal === 'after_judging' && q.your_judgment !== null)
