/** The words of this page. */

import type { Overview } from './calls'
import { spoken, type Translated } from '../../lib/language'
import { moment } from '../../lib/numbers'

export type Tab = 'overview' | 'people' | 'tasks' | 'keys' | 'audit'

const en = {
  title: 'Administration',
  tabs: { overview: 'Overview', people: 'People', tasks: 'Tasks', keys: 'API keys', audit: 'Audit log' } satisfies Record<Tab, string>,
  toFactor: 'Set up a second factor on your account page, or log in with its code',
  working: 'One moment …',
  none: 'There is nothing.',
  more: 'Show older ones',
  numbers: {
    registered: 'registered people', guests: 'guests', administrators: 'administrators', shut_out: 'shut out or erased',
    sessions: 'sessions', api_keys: 'API keys', matches_of_a_day: 'matches in a day', tasks_open: 'open tasks',
    tasks_failed_of_a_day: 'failed tasks in a day', outbox: 'tasks the broker must be told of',
  } satisfies Record<keyof Overview, string>,
  neighbours: 'Neighbours',
  names: { database: 'Database', cache: 'Cache', broker: 'Broker' },
  peopleColumns: ['Name', 'Email', 'Role', 'Second factor', 'Since', ''],
  tasksColumns: ['What', 'Whose', 'State', 'Runs', 'Asked for', 'Problem'],
  keysColumns: ['Begins with', 'Whose', 'Name', 'May', 'Last used', 'Until', ''],
  auditColumns: ['When', 'Who', 'What', 'To whom', 'Details'],
  search: 'Search',
  text: 'In name or email',
  role: 'Role',
  roleOf: (name: string) => `Role of ${name}`,
  roles: { player: 'Player', researcher: 'Researcher', admin: 'Administrator' },
  any: 'any',
  guest: 'guest',
  yes: 'yes',
  no: 'no',
  shutOut: 'Shut out',
  letIn: 'Let in',
  surely: (name: string) => `Shut ${name} out? All their sessions end and their keys stop.`,
  state: 'State',
  states: { queued: 'queued', running: 'running', waiting: 'waiting', done: 'done', failed: 'failed', cancelled: 'cancelled' },
  system: 'the system',
  revoke: 'Revoke',
  revokeOf: (prefix: string) => `Revoke ${prefix}`,
  revokeSurely: (prefix: string) => `Revoke the key ${prefix}…? Programs that use it stop.`,
  changed: (before: string, after: string) => `${before} → ${after}`,
  never: 'never',
  nobody: 'nobody named',
}

export type Words = Translated<typeof en>
export const t = spoken('pages/admin', en)

export const when = (time: string | null): string => (time ? moment(time) : t.never)
