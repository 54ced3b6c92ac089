/** Opens seals: the proof that the AI had fixed its move and its prediction before you moved. */

import type { Move } from './api'
import { t } from './strings'

interface Opened { action?: string | null; actions?: Record<string, string>; turn: number; prediction: Record<string, number> }

const bytes = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))
const hexOf = (data: Uint8Array): string => Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** What does not fit between the seal shown before the move and the answer to it; null when all fits. */
export async function fault(shown: string, move: Pick<Move, 'turn' | 'commitment' | 'opponent' | 'others' | 'prediction'>): Promise<string | null> {
  const { nonce, payload } = move.commitment
  const text = new TextEncoder().encode(payload)
  const sealed = new Uint8Array([...bytes(nonce), ...text])
  if ((await sha256(sealed)) !== shown) return t.faults.seal
  const opened = JSON.parse(payload) as Opened
  if (opened.turn !== move.turn) return t.faults.turn
  if (opened.action && opened.action !== move.opponent?.action) return t.faults.move
  // Of several AIs each has its own; where an AI moves openly or not at all, none is sealed.
  const played = (seat: string) => move.others.find((other) => other.seat === Number(seat))?.action
  if (Object.entries(opened.actions ?? {}).some(([seat, action]) => played(seat) !== action)) return t.faults.moves
  const same = Object.entries(opened.prediction).every(([action, p]) => move.prediction[action] === p)
  return same ? null : t.faults.prediction
}

export async function sha256(data: Uint8Array): Promise<string> {
  // Browsers offer `subtle` on secure pages and on localhost only.
  if (!globalThis.crypto?.subtle) return sha256Plain(data)
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', data as BufferSource)))
}

const rotate = (x: number, n: number): number => (x >>> n) | (x << (32 - n))
const primes = (count: number): number[] => {
  const found: number[] = []
  for (let n = 2; found.length < count; n++) if (found.every((p) => n % p)) found.push(n)
  return found
}
const fraction = (x: number): number => ((x - Math.floor(x)) * 2 ** 32) | 0
const START = primes(8).map((p) => fraction(Math.sqrt(p)))
const ROUND = primes(64).map((p) => fraction(Math.cbrt(p)))

/** SHA-256 by the letter of FIPS 180-4, for pages without `subtle`. */
export function sha256Plain(data: Uint8Array): string {
  const padded = new Uint8Array((((data.length + 8) >> 6) + 1) << 6)
  padded.set(data)
  padded[data.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(data.length / 2 ** 29))
  view.setUint32(padded.length - 4, data.length << 3)
  let hash = START
  for (let at = 0; at < padded.length; at += 64) hash = block(hash, view, at)
  const out = new DataView(new ArrayBuffer(32))
  hash.forEach((word, i) => out.setInt32(4 * i, word))
  return hexOf(new Uint8Array(out.buffer))
}

function block(hash: number[], view: DataView, at: number): number[] {
  const w = Array.from({ length: 64 }, (_, i) => (i < 16 ? view.getInt32(at + 4 * i) : 0))
  const word = (i: number): number => w[i] as number
  for (let i = 16; i < 64; i++) {
    const a = word(i - 15), b = word(i - 2)
    const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3), s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10)
    w[i] = (word(i - 16) + s0 + word(i - 7) + s1) | 0
  }
  let [a, b, c, d, e, f, g, h] = hash as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25), s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (ROUND[i] as number) + word(i)) | 0
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0]
  }
  return [a, b, c, d, e, f, g, h].map((x, i) => ((hash[i] as number) + x) | 0)
}
