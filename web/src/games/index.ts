/** Where the player chooses: `<engine>.svelte` in this folder for the games of that engine, else one button an action. */

import type { Component } from 'svelte'
import Choices from '../components/Choices.svelte'
import type { Move, Next } from '../lib/api'

export interface GameView {
  /** The open turn: legal actions, and what the rules let the player see. */
  next: Next
  /** The answer to the last move, if there was one. */
  last: Move | undefined
  /** A move is under way, and another is ignored. */
  busy: boolean
  play: (action: string) => void
}

type View = Component<GameView>
const own = import.meta.glob<{ default: View }>('./*.svelte')

/** Games in which the AI plays beside the person and not against them: nobody wins a round. */
const BESIDE = new Set(['bandit'])
export const isContest = (engine: string, move: Move | undefined): boolean => Boolean(move?.opponent) && !BESIDE.has(engine)

export const viewOf = async (engine: string): Promise<View> => (await own[`./${engine}.svelte`]?.())?.default ?? Choices
