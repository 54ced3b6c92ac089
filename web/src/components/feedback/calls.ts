/** Feedback over the API. */

import { session } from '../../lib/session.svelte'

export interface Fact { key: string; sentence: string; values: Record<string, number> }
export interface Feedback { decisions: number; headline: string; facts: Fact[]; advice: string[] }

const path = (instance: string): string => `/games/instances/${instance}/feedback`

export const getFeedback = (instance: string): Promise<Feedback> => session.call(path(instance))
