import { expect, test } from 'vitest'
import { bars, named } from './bins'

const NUMBERS = { low: 0, high: 100, step: 1, edges: [0, 50, 80, 100], unit: '' }
const TENTHS = { a: 0.2, b: 0.3, c: 0.5 }

test('a number stands for the bin that holds it, and the last bin holds its end', () => {
  expect(['0', '49', '50', '80', '100'].map((action) => named(action, TENTHS, NUMBERS))).toEqual(['a', 'a', 'b', 'c', 'c'])
})

test('without numbers a choice is its own name', () => {
  expect(named('rock', { rock: 1 }, null)).toBe('rock')
})

test('what was not possible is not shown', () => {
  expect(bars({ rock: 0.6, paper: 0.4, accept: 0 }, 'rock').map((bar) => bar.action)).toEqual(['rock', 'paper'])
})

test('of many choices the most probable ones are shown in their order, and the one that was taken', () => {
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`n${i}`, i === 7 ? 0.3 : i === 20 ? 0.01 : 0.69 / 19]))
  const shown = bars(many, 'n20')
  expect(shown).toHaveLength(11)
  expect(shown.filter((bar) => bar.mine).map((bar) => bar.action)).toEqual(['n20'])
  expect(shown.some((bar) => bar.action === 'n7')).toBe(true)
})
