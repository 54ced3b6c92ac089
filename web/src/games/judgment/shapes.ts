/** The state of a player's judgments, as the API tells it. */

export type Arrow = [number, number, number]
export interface Comparison { n: number; quantum: number; classical: number; sentence: string }
export interface Interference { value: number; low: number; high: number; sentence: string }
export interface People { n: number; quantum_bic: number; classical_bic: number; verdict: string }
export interface Answered {
  key: string; yes: boolean; probability: number; alone: number; classical: number | null
  entropy_before: number; entropy_after: number; before: Arrow; after: Arrow
}
export interface Block {
  origin: 'definition' | 'published' | 'typical'; source: string | null; start: Arrow; start_entropy: number
  questions: { key: string; text: string; degrees: number; yes: Arrow }[]; answers: Answered[]
  clashes: { first: string; second: string; incompatibility: number }[]; people: People | null
}
export interface Questionnaire { kind: 'questions'; entropy_start: number; entropy_now: number; blocks: Block[]; comparison: Comparison }
export interface Case { name: string; n: number; defected: number; quantum: number; classical: number; entropy: number; arrow: Arrow }
export interface Dilemmas {
  kind: 'dilemmas'; cases: Case[]; incompatibility: number; people: People; comparison: Comparison
  last: {
    case: string; defected: boolean; probability: number; classical: number
    entropy_before: number; entropy_after: number; entropy_without_news: number; before: Arrow; after: Arrow; without_news: Arrow
  } | null
  interference: Interference | null
}

/** An arrow from the middle of the ball, and how it is drawn. */
export interface Drawn { arrow: Arrow; kind: 'before' | 'after' | 'without' }
/** A line through the ball: one end is yes, the other no. */
export interface Line { yes: Arrow; label: string; no: string }

/** x to the right, z up, y towards the reader: drawn aslant. */
export const place = ([x, y, z]: Arrow, size = 80): { x: number; y: number } => ({ x: size * (x - 0.38 * y), y: size * (0.26 * y - z) })
