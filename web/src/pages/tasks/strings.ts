/** The words of this page. */

import { spoken, type Translated } from '../../lib/language'

export type State = 'queued' | 'running' | 'waiting' | 'done' | 'failed' | 'cancelled'
export type Span = 'session' | 'week' | 'month' | 'all'

const en = {
  title: 'Tasks',
  about: 'What the server does for you in the background. You may close this page meanwhile.',
  none: 'Nothing was asked for yet.',
  nothing: 'There is nothing to report: no decision that may be modelled was taken in that time.',
  ask: 'Make a report on',
  spans: { session: 'my last session', week: 'my week', month: 'my month', all: 'all my play' } satisfies Record<Span, string>,
  make: 'Make it',
  cancel: 'Cancel',
  cancelled: (kind: string) => `Cancel: ${kind}`,
  page: 'Save the page',
  pdf: 'Save the PDF',
  more: 'Show older ones',
  loading: 'One moment …',
  states: {
    queued: 'waiting for a worker',
    running: 'at work',
    waiting: 'its parts are at work',
    done: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
  } satisfies Record<State, string>,
  kinds: {
    'report.make': 'Report on your play',
    'ai-model.train': 'Training of a model',
    'ai-model.predict-batch': 'Predictions of a model',
  },
}

export type Words = Translated<typeof en>
export const t = spoken('pages/tasks', en)
