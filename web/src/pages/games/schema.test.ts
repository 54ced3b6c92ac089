import { expect, test } from 'vitest'
import { fieldsOf, filledOf, parametersOf } from './schema'

const LIMIT = { type: 'object', properties: { seconds: { type: 'number', exclusiveMinimum: 0 }, action: { anyOf: [{ type: 'string' }, { type: 'null' }], default: null } } }
const SCHEMA = {
  $defs: { Limit: LIMIT },
  properties: {
    move_limit: { anyOf: [{ $ref: '#/$defs/Limit' }, { type: 'null' }], default: null, description: 'Time for each move' },
    rounds: { type: 'integer', minimum: 1, maximum: 9, default: 5 },
    length: { anyOf: [{ type: 'integer' }, { $ref: '#/$defs/Limit' }], default: 100 },
    arms: { type: 'array', items: { type: 'string' }, default: ['a', 'b'] },
    role: { enum: ['first', 'second'], default: 'first' },
    preset: { anyOf: [{ enum: ['one', 'two'] }, { type: 'null' }], default: null },
    shuffled: { type: 'boolean', default: true },
    items: { type: 'array', items: { type: 'array' } },
  },
}
const fields = fieldsOf(SCHEMA)
const filled = filledOf(fields, {})
const none = (label: string): string => `${label}: no JSON`

test('each parameter has a field of its kind, and a group of plain values one for each', () => {
  expect(fields.map(({ path, kind }) => [path, kind])).toEqual([
    ['move_limit/seconds', 'number'], ['move_limit/action', 'text'], ['rounds', 'number'], ['length', 'json'], ['arms', 'words'],
    ['role', 'choice'], ['preset', 'choice'], ['shuffled', 'check'], ['items', 'json'],
  ])
  expect(fields.map(({ label }) => label).slice(0, 3)).toEqual(['Move limit: seconds', 'Move limit: action', 'Rounds'])
  expect(fields[2]).toMatchObject({ low: 1, high: 9 })
  expect(fields.filter(({ kind }) => kind === 'choice').map(({ options }) => options)).toEqual([['first', 'second'], ['', 'one', 'two']])
})

test('what is left as usual is not sent', () => {
  expect(parametersOf(fields, filled, none)).toEqual({})
})

test('what was filled in comes back as it was given', () => {
  const given = { move_limit: { seconds: 20, action: 'a' }, rounds: 3, length: { p: 0.5 }, arms: ['x', 'y'], role: 'second', preset: 'two', shuffled: false, items: [[1]] }
  expect(parametersOf(fields, filledOf(fields, given), none)).toEqual(given)
})

test('what is no JSON is told by its field', () => {
  expect(() => parametersOf(fields, { ...filled, items: '[1' }, none)).toThrow('Items: no JSON')
})
