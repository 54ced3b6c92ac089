/** Fields of a form from the JSON Schema of an engine's parameters, and parameters from what was filled in. */

export type Json = Record<string, unknown>
type Kind = 'number' | 'choice' | 'check' | 'text' | 'words' | 'numbers' | 'json'

export interface Field {
  /** Where it stands in the parameters: `rounds`, or `move_limit/seconds`. */
  path: string
  label: string
  help: string
  kind: Kind
  /** What a choice may be. */
  options: string[]
  low: number | undefined
  high: number | undefined
  /** What holds when the field is left as it is; undefined where nothing does. */
  usual: unknown
}
export type Filled = Record<string, string | boolean>

/** One field for each parameter; parameters that are groups of plain values are taken apart. */
export function fieldsOf(schema: Json): Field[] {
  const parts = (schema.$defs ?? {}) as Record<string, Json>
  return Object.entries((schema.properties ?? {}) as Record<string, Json>).flatMap(([name, property]) => {
    const { value } = plain(property, parts)
    const inner = Object.entries((value.properties ?? {}) as Record<string, Json>)
    if (!inner.length || inner.some(([, each]) => kindOf(plain(each, parts).value) === 'json')) return [field(name, property, parts)]
    const named = `${field(name, property, parts).label}: `
    return inner.map(([key, each]) => {
      const found = field(`${name}/${key}`, each, parts)
      return { ...found, label: named + found.label.toLowerCase(), help: found.help || String(property.description ?? ''), usual: undefined }
    })
  })
}

/** What is in the fields for these parameters; what they do not name is as usual. */
export function filledOf(fields: readonly Field[], parameters: Json): Filled {
  return Object.fromEntries(fields.map((each) => {
    const [name = '', key] = each.path.split('/')
    const given = key ? ((parameters[name] ?? {}) as Json)[key] : parameters[name]
    return [each.path, shown(each.kind, given ?? each.usual)]
  }))
}

/** The parameters that differ from what is usual. Throws an `Error` that names the field. */
export function parametersOf(fields: readonly Field[], filled: Filled, noJson: (label: string) => string): Json {
  const found: Json = {}
  for (const each of fields) {
    const text = filled[each.path] ?? ''
    if (text === '' || text === shown(each.kind, each.usual)) continue
    const [name = '', key] = each.path.split('/')
    const value = valueOf(each, text, noJson)
    if (key) found[name] = { ...(found[name] as Json | undefined), [key]: value }
    else found[name] = value
  }
  return found
}

function field(path: string, property: Json, parts: Record<string, Json>): Field {
  const { value, optional } = plain(property, parts)
  const kind = kindOf(value)
  const options = ((value.enum as unknown[] | undefined) ?? []).map(String)
  const words = path.split('/').at(-1)!.replaceAll('_', ' ')
  return {
    path,
    label: words[0]!.toUpperCase() + words.slice(1),
    help: String(property.description ?? value.description ?? ''),
    kind,
    options: kind === 'choice' && (optional || property.default === undefined) ? ['', ...options] : options,
    low: (value.minimum ?? value.exclusiveMinimum) as number | undefined,
    high: (value.maximum ?? value.exclusiveMaximum) as number | undefined,
    usual: property.default ?? undefined,
  }
}

/** The schema without references and without the choice of nothing. */
function plain(schema: Json, parts: Record<string, Json>): { value: Json; optional: boolean } {
  const kinds = (schema.anyOf as Json[] | undefined) ?? [schema]
  const some = kinds.filter((each) => each.type !== 'null')
  const only = some.length === 1 ? some[0]! : {}
  const reference = String(only.$ref ?? '').split('/').at(-1)!
  return { value: parts[reference] ?? only, optional: some.length < kinds.length }
}

function kindOf(value: Json): Kind {
  if (Array.isArray(value.enum)) return 'choice'
  if (value.type === 'integer' || value.type === 'number') return 'number'
  if (value.type === 'boolean') return 'check'
  if (value.type === 'string') return 'text'
  const item = (value.items as Json | undefined)?.type
  if (value.type === 'array' && item === 'string') return 'words'
  return value.type === 'array' && (item === 'number' || item === 'integer') ? 'numbers' : 'json'
}

function shown(kind: Kind, value: unknown): string | boolean {
  if (kind === 'check') return value === true
  if (value === undefined || value === null) return ''
  if (kind === 'words' || kind === 'numbers') return (value as unknown[]).join(', ')
  return kind === 'json' ? JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ') : String(value)
}

function valueOf({ kind, label }: Field, text: string | boolean, noJson: (label: string) => string): unknown {
  if (typeof text === 'boolean') return text
  if (kind === 'number') return Number(text)
  if (kind === 'words' || kind === 'numbers') {
    const items = text.split(',').map((item) => item.trim()).filter(Boolean)
    return kind === 'words' ? items : items.map(Number)
  }
  if (kind !== 'json') return text
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(noJson(label))
  }
}
