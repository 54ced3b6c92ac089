/** Questions to a crowd: shapes and calls. */

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

const { call } = session
const question = (id: string): string => `/collective/questions/${id}`

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

/** Whether the server would show this person what the crowd says; asking too early is a refusal. */
export const maySee = (q: Question): boolean =>
  !q.open || q.yours_to_resolve || q.reveal === 'always' || (q.reveal === 'after_judging' && q.your_judgment !== null)
