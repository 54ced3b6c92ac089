/** The one state of play. */

import { api, type Definition, type Instance, type Move, type Next, type Opponent } from './api'
import { messageOf, Problem } from './http'
import { save } from './save'
import { fault } from './seal'
import { t } from './strings'

export type Result = 'win' | 'lose' | 'tie'
export interface Round { move: Move; verified: boolean }

const KEPT = 'hagame.match'
const GAME = 'rock-paper-scissors'
/** Games that pose the same choice each round: only there does a key mean something before the next round is seen. */
const ALIKE = new Set(['bandit', 'igt', 'matrix'])

/** Against whoever plays, or where nobody does, whether anything was gained. */
export const resultOf = (move: Pick<Move, 'player' | 'opponent'>): Result => {
  const lead = move.player.payoff - (move.opponent?.payoff ?? 0)
  return lead > 0 ? 'win' : lead < 0 ? 'lose' : 'tie'
}

/** Whether what was chosen was expected most; where all moves were expected alike, nothing was foreseen. */
const foreseen = ({ prediction, surprise_bits }: Move): boolean => {
  const possible = Object.values(prediction).filter((p) => p > 0)
  return Math.max(...possible) - Math.min(...possible) > 1e-4 && 2 ** -surprise_bits >= Math.max(...possible) - 1e-5
}

class Game {
  phase = $state<'start' | 'loading' | 'playing' | 'over' | 'failed'>('start')
  definitions = $state.raw<Definition[]>([])
  opponents = $state.raw<Opponent[]>([])
  definition = $state(GAME)
  opponent = $state('')
  instance = $state.raw<Instance | null>(null)
  next = $state.raw<Next | null>(null)
  rounds = $state.raw<Round[]>([])
  busy = $state(false)
  /** Chosen by a key while the move before is under way. */
  chosen = $state('')
  failure = $state('')
  /** Why a seal did not fit; stays until the next match. */
  broken = $state('')
  last = $derived(this.rounds.at(-1))
  hits = $derived(this.rounds.filter(({ move }) => foreseen(move)).length)
  score = $derived(this.last?.move.score ?? this.instance?.score ?? { player: 0, opponent: 0 })
  engine = $derived(this.instance?.definition.engine ?? '')
  private shownAt = 0
  /** A game that somebody made, once it was chosen. */
  private made: Definition | null = null
  private trained: { definition: string; opponent: Opponent } | null = null

  /** Begin at once, without a form. */
  start = (): Promise<void> => this.guarded(async () => {
    this.phase = 'loading'
    await this.lists()
    this.open(await api.begin(this.definition, this.opponent), [])
  })

  /** Go on where a reload has interrupted; a match that is over or gone is forgotten. */
  resume = (): Promise<void> => this.guarded(async () => {
    const id = localStorage.getItem(KEPT)
    if (!id || this.phase !== 'start') return
    this.phase = 'loading'
    try {
      const [instance, moves] = await Promise.all([api.get(id), api.decisions(id), this.lists()])
      if (instance.status !== 'active') return this.leave()
      this.definition = instance.definition.key
      this.adopt({ ...instance.definition, id: '', description: '', tags: [], built_in: false })
      await this.rivals()
      this.open(instance, await this.checked(moves))
    } catch (error) {
      if (!(error instanceof Problem && error.status === 404)) throw error
      this.leave()
    }
  })

  /** After a failure: on with the match that runs, or a new one. */
  retry = (): Promise<void> => {
    if (!localStorage.getItem(KEPT)) return this.start()
    this.phase = 'start'
    return this.resume()
  }

  restart = (): Promise<void> => this.guarded(async () => {
    const open = this.phase === 'playing' ? this.instance : null
    this.phase = 'loading'
    if (open) await api.abandon(open.id).catch(() => undefined)
    await this.rivals()
    this.open(await api.begin(this.definition, this.opponent), [])
  })

  /** A match against somebody who is in no list: a trained model, in the game it was trained for. */
  against = (definition: string, opponent: Opponent): Promise<void> => this.guarded(async () => {
    await this.lists()
    this.trained = { definition, opponent }
    this.definition = definition
    this.opponent = opponent.key
    await this.restart()
  })

  /** A match of a game that is perhaps in no list. */
  choose = (definition: Definition): Promise<void> => this.guarded(async () => {
    await this.lists()
    this.adopt(definition)
    this.definition = definition.key
    await this.restart()
  })

  /** By a key: one that is pressed while a move is under way is kept, the last of several, and played after it. */
  press = (action: string): Promise<void> => {
    if (!this.busy) return this.play(action)
    if (ALIKE.has(this.engine)) this.chosen = action
    return Promise.resolve()
  }

  /** `null` says that the time is over. */
  play = (action: string | null): Promise<void> => this.guarded(() => this.move(action))

  private async move(action: string | null, time: number | null = Math.round(performance.now() - this.shownAt)): Promise<void> {
    const { instance, next } = this
    if (!instance || !next || this.busy || !(action === null || next.numbers || next.legal_actions.includes(action))) return
    let chosen = ''
    this.busy = true
    try {
      const move = await api.move(instance.id, next.turn, action, time === null ? null : Math.min(time, 86_400_000))
      const wrong = await fault(next.commitment, move)
      if (wrong) this.broken = wrong
      this.rounds = [...this.rounds, { move, verified: !wrong }]
      this.show(move.next)
      chosen = this.chosen
    } catch (error) {
      if (!(error instanceof Problem && (error.status === 409 || error.status === 410))) throw error
      // Another tab has played on: take over where the match stands.
      const [now, moves] = await Promise.all([api.get(instance.id), api.decisions(instance.id)])
      this.open(now, await this.checked(moves))
    } finally {
      this.busy = false
      this.chosen = ''
    }
    // It was chosen before this round was shown, so no time can be told.
    if (chosen) await this.move(chosen, null)
  }

  /** Somebody else plays from now on. */
  leave = (): void => {
    localStorage.removeItem(KEPT)
    this.phase = 'start'
    this.instance = this.next = null
    this.rounds = []
    this.broken = ''
  }

  download = (): Promise<void> => this.guarded(async () => {
    if (this.instance) save(await api.log(this.instance.id), `hagame-${this.instance.id}.csv`)
  })

  private open(instance: Instance, rounds: Round[]): void {
    localStorage.setItem(KEPT, instance.id)
    this.instance = instance
    const model = instance.opponent_model
    this.opponent = this.opponents.some(({ key }) => key === model) ? (model ?? '') : instance.opponent.key
    this.rounds = rounds
    this.broken = rounds.find((round) => !round.verified) ? t.earlierSeal : ''
    this.show(instance.next)
  }

  private show(next: Next | null): void {
    this.next = next
    this.phase = next ? 'playing' : 'over'
    this.shownAt = performance.now()
    if (!next) localStorage.removeItem(KEPT)
  }

  /** Each seal again, against the one shown with the answer before it. */
  private checked(moves: Move[]): Promise<Round[]> {
    return Promise.all(moves.map(async (move, i) => {
      const shown = moves[i - 1]?.next?.commitment ?? move.commitment.sha256
      return { move, verified: (await fault(shown, move)) === null }
    }))
  }

  private async lists(): Promise<void> {
    if (this.definitions.length) return
    const newest = new Map<string, Definition>()
    const definitions = await api.definitions()
    for (const d of definitions) if (!newest.has(d.key)) newest.set(d.key, d)
    this.definitions = [...newest.values()].sort((a, b) => Number(b.key.startsWith(GAME)) - Number(a.key.startsWith(GAME)) || a.key.localeCompare(b.key))
    await this.rivals()
  }

  /** Into the list, where it is not there; one that somebody made at a time. */
  private adopt(definition: Definition): void {
    const listed = this.definitions.filter((d) => d.key !== this.made?.key)
    if (listed.some((d) => d.key === definition.key)) return
    this.made = definition
    this.definitions = [...listed, definition]
  }

  /** Who can play the chosen game; whoever cannot is not asked for again. */
  private async rivals(): Promise<void> {
    const trained = this.trained?.definition === this.definition ? [this.trained.opponent] : []
    this.opponents = [...(await api.opponents(this.definition)), ...trained]
    if (!this.opponents.some((o) => o.key === this.opponent)) this.opponent = ''
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.failure = messageOf(error)
      this.phase = 'failed'
    }
  }
}

export const game = new Game()
