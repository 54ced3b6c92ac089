/** The calls of this page. */

import { read, withBody } from '../../lib/http'
import { language, refusal } from '../../lib/language'
import { save as keep } from '../../lib/save'
import { session } from '../../lib/session.svelte'
import { t } from './strings'
import type { Span, State } from './strings'

export interface Task {
  id: string
  kind: string
  state: State
  progress: number
  note: string
  result: Record<string, unknown> | null
  problem: { type: string; detail: string } | null
  created_at: string
}
export interface Tasks { items: Task[]; next_cursor: string | null }

export const list = (cursor: string | null): Promise<Tasks> => session.call(`/tasks?limit=20${cursor ? `&cursor=${cursor}` : ''}`)
export const cancel = (id: string): Promise<Task> => session.call(`/tasks/${id}`, { method: 'DELETE' })
export const askForReport = (span: Span): Promise<Task> => session.call(`/reports?language=${language}`, withBody({ span }))

export const isOver = (task: Task): boolean => ['done', 'failed', 'cancelled'].includes(task.state)

/** Saves a report as a file; a plain link cannot send a token. */
export async function save(report: string, kind: 'html' | 'pdf'): Promise<void> {
  const answer = await session.send(`/reports/${report}/${kind}`)
  if (!answer.ok) return void (await read(answer))
  keep(await answer.blob(), `hagame-report.${kind}`)
}

/** Why a task has failed. */
export function failure({ kind, problem }: Task): string {
  const why = problem?.type.split(':').at(-1) ?? ''
  if (kind === 'report.make' && why === 'conflict') return t.nothing
  return refusal(why, '') ?? problem?.detail ?? ''
}
