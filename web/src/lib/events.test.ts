import { expect, test, vi } from 'vitest'

vi.mock('./session.svelte', () => ({ session: {} }))
const { parsed } = await import('./events')

test('a block is an event with its name, its number and its data', () => {
  expect(parsed('event: turn\nid: 3\ndata: {"a": "b: c"}')).toEqual({ id: '3', event: { event: 'turn', data: { a: 'b: c' } } })
})

test('lines of data are one value', () => {
  expect(parsed('data: [1,\ndata: 2]').event).toEqual({ event: 'message', data: [1, 2] })
})

test('comments that keep the line open are no events', () => {
  expect(parsed(': ping').event).toBeNull()
})
