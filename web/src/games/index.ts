/** Where the player chooses: `<engine>.svelte` in this folder for the games of that engine, else one button an action. */

import type { Component } from 'svelte'
import Choices from '../components/Choices.svelte'
import type { Move, Next } from '../lib/api'
import Matrix from './matrix.svelte'

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
/** The first match begins with a table of payoffs, so that is there at once. */
const own = import.meta.glob<{ default: View }>(['./*.svelte', '!./matrix.svelte'])

/** Games in which the AI plays a copy of its own, beside the person. */
const BESIDE = new Set(['bandit'])
export const isBeside = (engine: string): boolean => BESIDE.has(engine)
/** Games in which both play with each other and nobody wins a round. */
const TOGETHER = new Set(['dictator', 'guessing', 'pd-information', 'public-goods', 'trust', 'ultimatum'])

type End = Component<{ move: Move }>
const ends = import.meta.glob<{ default: End }>('./ends/*.svelte')
/** What a game has to say once the match is over, by the answer to the last move: `ends/<engine>.svelte`, if there is one. */
export const endOf = async (engine: string): Promise<End | undefined> => (await ends[`./ends/${engine}.svelte`]?.())?.default

/** Games whose last position is worth a look once they are over. */
const BOARDS = new Set(['in-a-row', 'hex', 'nim', 'openspiel'])
/** Whether this move can be won: on a board only the last one, and never where both gain together. */
export const isContest = (engine: string, move: Pick<Move, 'opponent' | 'status'> | undefined): boolean =>
  Boolean(move?.opponent) && !BESIDE.has(engine) && !TOGETHER.has(engine) && !(BOARDS.has(engine) && move?.status !== 'finished')
export const lastPositionOf = (engine: string, move: Pick<Move, 'turn' | 'view'> | undefined): Next | null =>
  move?.view && BOARDS.has(engine)
    ? { turn: move.turn, commitment: '', sealed: [], legal_actions: [], numbers: null, time_limit_s: null, replies: [], view: move.view }
    : null

export const viewOf = async (engine: string): Promise<View> => (engine === 'matrix' ? Matrix : ((await own[`./${engine}.svelte`]?.())?.default ?? Choices))
