/** What administrators see and do. */

import type { Page } from '../../lib/api'
import { patient, read, withBody } from '../../lib/http'
import { session, type Role } from '../../lib/session.svelte'
import type { Audit, KeyOf, Overview, Person, Ready, TaskOf } from '../../lib/shapes'

export type { Audit, KeyOf, Overview, Person, Ready, TaskOf }

const { call } = session

const list = <T>(path: string, cursor: string | null, narrowed: Record<string, string> = {}): Promise<Page<T>> => {
  const asked = new URLSearchParams({ limit: '50', ...narrowed, ...(cursor ? { cursor } : {}) })
  for (const [name, value] of [...asked]) if (!value) asked.delete(name)
  return call<Page<T>>(`/admin/${path}?${asked}`)
}

export const admin = {
  overview: () => call<Overview>('/admin/overview'),
  neighbours: async () => (await read(await patient('/health/ready', {}))) as Ready,
  people: (cursor: string | null, narrowed: { text: string; role: string }) => list<Person>('users', cursor, narrowed),
  setRole: (id: string, role: Role) => call(`/users/${id}/role`, withBody({ role }, 'PUT')),
  setActive: (id: string, is_active: boolean) => call<Person>(`/admin/users/${id}/active`, withBody({ is_active }, 'PUT')),
  tasks: (cursor: string | null, narrowed: { state: string }) => list<TaskOf>('tasks', cursor, narrowed),
  keys: (cursor: string | null) => list<KeyOf>('keys', cursor),
  revoke: (id: string) => call(`/admin/keys/${id}`, { method: 'DELETE' }),
  audit: (cursor: string | null) => list<Audit>('audit', cursor),
}
