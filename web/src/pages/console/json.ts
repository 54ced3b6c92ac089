/** What people write into fields that take JSON. */

import type { Json } from './calls'
import { t } from './strings'

/** The object in `text`; nothing is an empty one. Throws an `Error` that names the field. */
export function objectOf(text: string, field: string): Json {
  try {
    const value: unknown = JSON.parse(text.trim() || '{}')
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Json
  } catch {
    // Told below, by the field.
  }
  throw new Error(t.json(field))
}

/** The plainest values for a JSON Schema of variables, to begin a test run with. */
export function exampleOf(schema: Json): Json {
  const properties = (schema.properties ?? {}) as Record<string, Json>
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, valueOf(property)]))
}

function valueOf(schema: Json): unknown {
  if (Array.isArray(schema.enum)) return schema.enum[0]
  if ('default' in schema) return schema.default
  if (schema.type === 'object') return exampleOf(schema)
  if (schema.type === 'array') return (schema.minItems as number | undefined) ? [valueOf((schema.items ?? {}) as Json)] : []
  if (schema.type === 'number' || schema.type === 'integer') return schema.minimum ?? 0
  return schema.type === 'boolean' ? false : ''
}
