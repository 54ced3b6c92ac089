/** The HTTP API as the page uses it: shapes, one client, patience with the network. */

export type Probabilities = Record<string, number>
export interface Next { turn: number; commitment: string; legal_actions: string[]; view: { rounds?: number | null; round?: number } & Record<string, unknown> }
export interface Side { action: string; payoff: number }
export interface Part { key: string; statement: string; log_odds: Record<string, number>; seen: number; taken: number }
export interface Trait { mean: number; sd: number; low: number; high: number; n: number }
export interface Opened { sha256: string; nonce: string; payload: string }
export interface Score { player: number; opponent: number }
export interface Move {
  turn: number; player: Side; opponent: Side; prediction: Probabilities; surprise_bits: number; bits_known: number
  commitment: Opened; why: string; explanation: Part[]; score: Score; traits: Record<string, Trait>
  status: 'active' | 'finished'; next: Next | null
}
export interface Definition { id: string; key: string; title: string; description: string; tags: string[]; built_in: boolean }
export interface Opponent { key: string; title: string; summary: string }
export interface Instance {
  id: string; status: 'active' | 'finished' | 'abandoned'; turn: number; score: Score; next: Next | null
  definition: { key: string; title: string }; opponent: Opponent
}
interface Page<T> { items: T[]; next_cursor: string | null }
interface Tokens { access_token: string; refresh_token: string }

export class Problem extends Error {
  constructor(readonly status: number, detail: string, readonly body: Record<string, unknown> = {}) {
    super(detail)
  }
}

const TRIES = 5
const KEPT = 'hagame.tokens'

function tokens(): Tokens | null {
  return JSON.parse(localStorage.getItem(KEPT) ?? 'null') as Tokens | null
}

function keep(fresh: Tokens): void {
  localStorage.setItem(KEPT, JSON.stringify({ access_token: fresh.access_token, refresh_token: fresh.refresh_token }))
}

/** A fetch that tries again when the network fails; every call here may safely be repeated. */
async function patient(path: string, init: RequestInit): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(path, init)
      if (answer.status !== 503 || attempt === TRIES) return answer
    } catch (error) {
      if (attempt === TRIES) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt))
  }
}

function withBody(body: unknown): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }
}

async function becomeGuest(): Promise<void> {
  keep((await read(await patient('/auth/guest', withBody({})))) as Tokens)
}

/** A refresh token is good once, so two tabs must not use the same one. */
async function renew(used: string): Promise<void> {
  await navigator.locks.request('hagame.refresh', async () => {
    const now = tokens()
    if (now && now.access_token !== used) return
    const answer = now && (await patient('/auth/refresh', withBody({ refresh_token: now.refresh_token })))
    if (answer?.ok) keep((await answer.json()) as Tokens)
    else await becomeGuest()
  })
}

async function read(answer: Response): Promise<unknown> {
  if (answer.ok) return answer.json()
  const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>
  throw new Problem(answer.status, String(body.detail ?? answer.statusText), body)
}

async function asMe(path: string, init: RequestInit = {}): Promise<Response> {
  if (!tokens()) await becomeGuest()
  for (let renewed = false; ; renewed = true) {
    const access = tokens()?.access_token ?? ''
    const headers = { ...(init.headers as Record<string, string>), Authorization: `Bearer ${access}` }
    const answer = await patient(path, { ...init, headers })
    if (answer.status !== 401 || renewed) return answer
    await renew(access)
  }
}

const call = async <T>(path: string, init?: RequestInit): Promise<T> => (await read(await asMe(path, init))) as T
const match = (id: string): string => `/games/instances/${id}`

export const api = {
  definitions: async () => (await call<Page<Definition>>('/games/definitions?limit=100')).items,
  opponents: () => call<Opponent[]>('/games/opponents'),
  begin: (definition: string, opponent: string) => call<Instance>('/games/instances', withBody({ definition, opponent })),
  get: (id: string) => call<Instance>(match(id)),
  abandon: (id: string) => call<Instance>(`${match(id)}/abandon`, { method: 'POST' }),
  decisions: async (id: string) => (await call<Page<{ answer: Move }>>(`${match(id)}/decisions?limit=1000`)).items.map((row) => row.answer),
  move(id: string, turn: number, action: string, response_time_ms: number): Promise<Move> {
    const init = withBody({ turn, action, response_time_ms })
    return call<Move>(`${match(id)}/moves`, { ...init, headers: { ...(init.headers as object), 'Idempotency-Key': key() } })
  },
  log: async (id: string) => (await asMe(`${match(id)}/decisions`, { headers: { Accept: 'text/csv' } })).blob(),
}

/** Not `randomUUID`: browsers offer that on secure pages only. */
function key(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
