import { beforeEach, expect, test, vi } from 'vitest'

const GUEST = { access_token: 'old', refresh_token: 'once', guest: true, renewal: 'the key of this page' }
const stored = new Map<string, string>()
const refreshes: Headers[] = []
let refreshed: () => Response

vi.stubGlobal('localStorage', {
  getItem: (key: string) => stored.get(key) ?? null,
  setItem: (key: string, value: string) => stored.set(key, value),
  removeItem: (key: string) => stored.delete(key),
})
vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
  if (path === '/auth/guest') return Response.json({ access_token: 'new', refresh_token: 'next', user: { id: 'another' } })
  if (path !== '/auth/refresh') return new Response('{}', { status: new Headers(init.headers).get('Authorization') === 'Bearer old' ? 401 : 200 })
  refreshes.push(new Headers(init.headers))
  return refreshed()
})
const { session } = await import('./session.svelte')
const tokens = (): Record<string, unknown> => JSON.parse(stored.get('hagame.tokens') ?? '{}')

beforeEach(() => {
  stored.set('hagame.tokens', JSON.stringify(GUEST))
  refreshes.length = 0
})

test.each([500, 502, 429])('a server that answers a refresh with %i takes nobody their session', async (status) => {
  refreshed = () => Response.json({ detail: 'Not now.' }, { status })
  await expect(session.call('/auth/me')).rejects.toMatchObject({ status, message: 'Not now.' })
  expect(tokens()).toEqual(GUEST)
})

test('a refresh that is asked for again is known by the same key', async () => {
  let lost = true
  refreshed = () => {
    if (lost) { lost = false; throw new TypeError('network') }
    return Response.json({ access_token: 'new', refresh_token: 'next' })
  }
  await session.call('/auth/me')
  expect(refreshes.map((headers) => headers.get('Idempotency-Key'))).toEqual([GUEST.renewal, GUEST.renewal])
  expect(tokens()).toMatchObject({ access_token: 'new', refresh_token: 'next', guest: true })
  expect(tokens().renewal).not.toBe(GUEST.renewal)
})

test('a refused refresh ends the session of a guest, who is another from then on', async () => {
  refreshed = () => new Response('{}', { status: 401 })
  await session.call('/auth/me')
  expect(tokens()).toMatchObject({ access_token: 'new', refresh_token: 'next' })
})
