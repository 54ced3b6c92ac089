/** Calls over a network that may fail: patience, and problems as errors. */

import { refusal } from './language'

export class Problem extends Error {
  constructor(readonly status: number, detail: string, readonly body: Record<string, unknown> = {}) {
    super(detail)
  }
}

const TRIES = 5

/** A fetch that tries again when the network fails; a call done twice does no harm, for what works once carries a key. */
export async function patient(path: string, init: RequestInit): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await fetch(path, init)
      if (answer.status !== 503 || attempt === TRIES) return answer
    } catch (error) {
      if (attempt === TRIES || init.signal?.aborted) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt))
  }
}

export function withBody(body: unknown, method = 'POST'): RequestInit {
  return { method, body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }
}

/** Not `randomUUID`: browsers offer that on secure pages only. */
export function key(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The JSON of an answer, nothing for 204; throws a `Problem` with the server's own words, or the page's in another language than the server's. */
export async function read(answer: Response): Promise<unknown> {
  if (answer.ok) return answer.status === 204 ? undefined : answer.json()
  const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>
  throw new Problem(answer.status, refused(body) ?? String(body.detail ?? answer.statusText), body)
}

/** By the kind of the problem and the first field that is wrong. */
function refused(body: Record<string, unknown>): string | undefined {
  const [fault] = (body.errors as { pointer?: string }[] | undefined) ?? []
  return refusal(String(body.type ?? '').split(':').at(-1) ?? '', fault?.pointer ?? '')
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
