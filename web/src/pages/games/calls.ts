/** The API of games that people made: shapes and calls. */

import type { Definition, Page } from '../../lib/api'
import { withBody } from '../../lib/http'
import { session } from '../../lib/session.svelte'
import type { Json } from './schema'

export interface Engine { key: string; title: string; parameters_schema: Json }
export interface Game extends Definition { engine: string; version: number; parameters: Json }
export interface Made { key: string; engine: string; title: string; description: string; parameters: Json }

const { call } = session

export const games = {
  page: (builtIn: boolean, text: string, cursor: string | null) => call<Page<Game>>(`/games/definitions?${new URLSearchParams({ limit: '50', built_in: String(builtIn), text, ...(cursor ? { cursor } : {}) })}`),
  builtIn: async () => (await call<Page<Game>>('/games/definitions?limit=100&built_in=true')).items,
  engines: () => call<Engine[]>('/games/engines'),
  make: (made: Made) => call<Game>('/games/definitions', withBody(made)),
}
