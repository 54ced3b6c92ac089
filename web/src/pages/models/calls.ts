/** The API of AI models: shapes and calls. */

import type { Page } from '../../lib/api'
import { withBody } from '../../lib/http'
import { session } from '../../lib/session.svelte'

export type Source = 'log' | 'recordings' | 'simulated' | 'upload'
export interface Estimate { value: number; low: number | null; high: number | null }
export interface Scores { log_loss: Estimate; accuracy: Estimate; brier: Estimate; ece: Estimate }
export interface Metrics { people: number; decisions: number; scores: Scores; rivals: Record<string, Scores>; gain: Record<string, Estimate> }
export interface Version {
  number: number; status: 'candidate' | 'active' | 'archived'; format: string; sha256: string; created_at: string
  data: { source: Source; people?: number; decisions?: number }; metrics: Metrics | null
}
export interface Summary {
  id: string; name: string; kind: string; algorithm: string; status: 'draft' | 'active' | 'archived'; description: string
  mine: boolean; active_version: number | null; definition: { key: string; title: string } | null
}
export interface Card extends Summary { title: string; licence: string; sources: string[]; trainable: boolean; active: Version | null }
export interface Algorithm { kind: string; key: string; title: string; trainable: boolean }
export interface Task { id: string; state: 'queued' | 'running' | 'waiting' | 'done' | 'failed' | 'cancelled'; progress: number; note: string; problem: { detail: string } | null }

/** Kinds of models that say what a person does next. */
export const KINDS = ['predictor', 'cognitive']

const { call } = session
const at = (id: string): string => `/ai-models/${id}`

export const models = {
  list: async () => (await call<Page<Summary>>('/ai-models/?limit=100')).items.filter((m) => KINDS.includes(m.kind)),
  algorithms: async () => (await call<Algorithm[]>('/ai-models/algorithms')).filter((a) => a.trainable),
  card: (id: string) => call<Card>(at(id)),
  versions: async (id: string) => (await call<Page<Version>>(`${at(id)}/versions?limit=50`)).items,
  create: (name: string, { kind, key }: Algorithm) => call<Card>('/ai-models/', withBody({ name, kind, algorithm: key })),
  activate: (id: string, number: number) => call<Version>(`${at(id)}/versions/${number}`, withBody({ status: 'active' }, 'PUT')),
  artefact: async (id: string, number: number) => (await session.send(`${at(id)}/versions/${number}/artefact`)).blob(),
  train: (id: string, data: unknown) => call<{ task_id: string }>(`${at(id)}/train`, withBody({ data })),
  task: (id: string) => call<Task>(`/tasks/${id}`),
  cancel: (id: string) => call<Task>(`/tasks/${id}`, { method: 'DELETE' }),
}
