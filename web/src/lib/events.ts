/** Server-sent events in the name of this person; `EventSource` cannot send a token. */

import { read } from './http'
import { session } from './session.svelte'

export interface ServerEvent { event: string; data: unknown }

const PATIENCE = [1000, 3000, 10_000]

/**
 * Calls `hear` for each event until one named `end` comes or `signal` aborts; reconnects when the line breaks.
 * Begins after the event `last`; `send` is for who calls in nobody's name.
 */
export async function follow(path: string, hear: (event: ServerEvent) => void, signal: AbortSignal, send = session.send, last = ''): Promise<void> {
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      const headers = { Accept: 'text/event-stream', ...(last && { 'Last-Event-ID': last }) }
      const answer = await send(path, { headers, signal })
      if (!answer.ok || !answer.body) return void (await read(answer))
      for await (const block of blocks(answer.body)) {
        tries = 0
        const { id, event } = parsed(block)
        last = id || last
        if (!event) continue
        hear(event)
        if (event.event === 'end') return
      }
    } catch (error) {
      if (signal.aborted) return
      if (tries >= PATIENCE.length) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, PATIENCE[Math.min(tries, PATIENCE.length - 1)]))
  }
}

/** The text between blank lines, as it comes. */
async function* blocks(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let rest = ''
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const parts = (rest + piece.value.replaceAll('\r', '')).split('\n\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
}

/** One block as the standard has it: fields by line, data lines joined; comments keep the line open and say nothing. */
export function parsed(block: string): { id: string; event: ServerEvent | null } {
  const fields: Record<string, string[]> = {}
  for (const line of block.split('\n')) {
    const [name = '', ...value] = line.split(':')
    if (name) (fields[name] ??= []).push(value.join(':').replace(/^ /, ''))
  }
  const id = fields.id?.at(-1) ?? ''
  if (!fields.data) return { id, event: null }
  return { id, event: { event: fields.event?.at(-1) ?? 'message', data: JSON.parse(fields.data.join('\n')) } }
}
