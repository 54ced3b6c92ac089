/** Language models over the API: shapes and calls. */

import type { Page } from '../../lib/api'
import { withBody } from '../../lib/http'
import { session } from '../../lib/session.svelte'

export interface Numbers { calls: number; errors: number; cache_hits: number; input_tokens: number; output_tokens: number; cost_usd: string; p50_ms: number | null; p95_ms: number | null }
export interface InTime extends Numbers { start: string }
export interface OfModel extends Numbers { provider: string | null; model: string | null }
export interface Stats { bucket: Bucket; total: Numbers; series: InTime[]; by_model: OfModel[] }
export type Bucket = 'hour' | 'day'

export interface Attempt { number: number; provider: string; model: string; outcome: string; status: number | null; input_tokens: number; output_tokens: number; cost_usd: string | null; total_ms: number }
export interface Call {
  id: string; purpose: string; prompt: { name: string; version: number } | null; asked_model: string; provider: string | null; model: string | null
  cache: string; outcome: string; input_tokens: number; output_tokens: number; cost_usd: string | null; total_ms: number; created_at: string; attempts: Attempt[]
}

export interface Amount { tokens: number; usd: string }
export interface Model { name: string; offline: boolean; input_usd_per_million: string | null; output_usd_per_million: string | null; circuit: string }
export interface Models { offline: boolean; models: Model[]; aliases: { name: string; models: string[] }[]; budget: { limit: Amount; used: Amount; left: Amount } }

export type Json = Record<string, unknown>
export interface Message { role: 'system' | 'user' | 'assistant'; content: string }
export interface Wording {
  messages: Message[]; variables: Json; model: string | null; temperature: number | null; max_output_tokens: number | null
  response_schema: Json | null; offline_answer: string | null; public: boolean; note: string
}
export interface Version extends Wording { version: number; created_at: string }
export interface Label { label: string; choices: { version: number; weight: number }[] }
export interface PromptSummary { name: string; description: string; built_in: boolean; latest: number }
export interface Prompt extends PromptSummary { labels: Label[]; versions: Version[] }
export interface Rendered { version: number; messages: { role: string; content: string }[]; offline_answer: string | null; most_input_tokens: number }
export interface Completion { text: string; output: unknown; provider: string; model: string; offline: boolean; cache: string; cost_usd: string | null; total_ms: number }

const { call } = session
const at = (name: string): string => `/llm/prompts/${encodeURIComponent(name)}`

export const llm = {
  stats: (since: Date, bucket: Bucket) => call<Stats>(`/llm/stats?bucket=${bucket}&since=${encodeURIComponent(since.toISOString())}`),
  logs: (cursor: string | null) => call<Page<Call>>(`/llm/logs?limit=20${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`),
  models: () => call<Models>('/llm/models'),
  prompts: async () => (await call<Page<PromptSummary>>('/llm/prompts?limit=100')).items,
  prompt: (name: string) => call<Prompt>(at(name)),
  create: (name: string, description: string, wording: Wording) => call<Prompt>('/llm/prompts', withBody({ name, description, ...wording })),
  addVersion: (name: string, wording: Wording) => call<Version>(`${at(name)}/versions`, withBody(wording)),
  diff: async (name: string, before: number, after: number) => (await call<{ diff: string[] }>(`${at(name)}/diff?before=${before}&after=${after}`)).diff,
  move: (name: string, label: string, version: number) => call<Label>(`${at(name)}/labels/${encodeURIComponent(label)}`, withBody({ choices: [{ version, weight: 1 }] }, 'PUT')),
  render: (name: string, version: number, variables: Json) => call<Rendered>(`${at(name)}/render`, withBody({ version, variables })),
  run: (name: string, version: number, variables: Json) => call<Completion>('/llm/call', withBody({ prompt: { name, version, variables }, cache: 'bypass' })),
}
