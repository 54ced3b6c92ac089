import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Move } from './api'
import { fault, sha256, sha256Plain } from './seal'

const text = (s: string): Uint8Array => new TextEncoder().encode(s)

test('the plain SHA-256 gives the vectors of FIPS 180-4', () => {
  expect(sha256Plain(text('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(sha256Plain(text(''))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})

test('the plain SHA-256 agrees with others at every length around a block', async () => {
  for (let n = 0; n < 200; n++) {
    const data = Uint8Array.from({ length: n }, (_, i) => (i * 37 + n) % 256)
    const expected = createHash('sha256').update(data).digest('hex')
    expect(sha256Plain(data)).toBe(expected)
    expect(await sha256(data)).toBe(expected)
  }
})

const nonce = '00'.repeat(16)
const payload = '{"action":"paper","prediction":{"paper":0.25,"rock":0.5,"scissors":0.25},"turn":3}'
const shown = createHash('sha256').update(Buffer.from(nonce, 'hex')).update(payload).digest('hex')
const move = {
  turn: 3,
  opponent: { action: 'paper', payoff: 1 },
  others: [],
  prediction: { rock: 0.5, paper: 0.25, scissors: 0.25 },
  commitment: { sha256: shown, nonce, payload },
} as unknown as Move

test('an honest seal opens', async () => {
  expect(await fault(shown, move)).toBeNull()
})

test('a changed payload, move, prediction or turn is found', async () => {
  const forged = { ...move.commitment, payload: payload.replace('paper', 'rocks') }
  expect(await fault(shown, { ...move, commitment: forged })).toContain('not the one that was shown')
  expect(await fault(shown, { ...move, opponent: { action: 'rock', payoff: 0 } })).toContain('another move')
  expect(await fault(shown, { ...move, prediction: { ...move.prediction, rock: 0.6 } })).toContain('prediction')
  expect(await fault(shown, { ...move, turn: 4 })).toContain('another turn')
})

test('a seal without a move opens, and one of several AIs is checked seat by seat', async () => {
  const sealed = (held: object): [string, Move] => {
    const text = JSON.stringify({ ...held, prediction: { rock: 1 }, turn: 3 })
    const sha256 = createHash('sha256').update(Buffer.from(nonce, 'hex')).update(text).digest('hex')
    return [sha256, { ...move, opponent: null, prediction: { rock: 1 }, commitment: { sha256, nonce, payload: text } }]
  }
  expect(await fault(...sealed({ action: null }))).toBeNull()
  const [seal, several] = sealed({ actions: { 1: '5', 2: '7' } })
  const others = [{ seat: 1, action: '5', payoff: 0 }, { seat: 2, action: '7', payoff: 0 }]
  expect(await fault(seal, { ...several, others })).toBeNull()
  expect(await fault(seal, { ...several, others: [{ ...others[0]!, action: '6' }, others[1]!] })).toContain('An AI played another move')
})
