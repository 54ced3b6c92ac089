/** Zusehen auf Deutsch. */

import { points } from '../../lib/numbers'
import type { Words } from './strings'

export default {
  title: 'Eine Partie zum Zusehen',
  player: 'Wer spielt',
  who: (player: string, opponent: string) => `${player} gegen ${opponent}`,
  alone: (player: string) => `${player} allein; die KI sagt vorher`,
  live: (turn: number) => `Live: Runde ${turn} ist offen`,
  over: { finished: 'Die Partie ist zu Ende.', abandoned: 'Die Partie wurde aufgegeben.', withdrawn: 'Bei dieser Partie darf niemand mehr zusehen.' },
  none: 'Hier gibt es nichts zu sehen',
  noneAbout: 'Der Link ist nicht vollständig oder wurde zurückgezogen.',
  private: 'In diesem Spiel weiß die eine Seite, was die andere nicht weiß. Die Runden werden gezeigt, wenn es vorbei ist.',
  waiting: 'Noch wurde keine Runde gespielt.',
  sealed: 'Der nächste Zug der KI und ihre Vorhersage sind versiegelt, bis gezogen wurde.',
  sealedPrediction: 'Was die KI erwartet, ist versiegelt, bis gezogen wurde.',
  board: 'Das Brett, wie es beim Spielen zu sehen ist',
  result: { win: 'Die KI verliert die Runde', lose: 'Die KI gewinnt die Runde', tie: 'Unentschieden' },
  chose: (action: string) => `Gewählt wurde ${action}`,
  both: (player: string, ai: string) => `Gespielt wurde ${player}, von der KI ${ai}.`,
  byAi: (ai: string) => `Die KI hat ${ai} gewählt.`,
  expected: 'Was die KI erwartet hatte',
  chosen: 'gewählt',
  versus: 'gegen',
  rounds: 'Runden',
  head: { turn: '#', player: 'Mensch', ai: 'KI', payoff: 'Auszahlung', expected: 'Erwartet', seal: 'Siegel' },
  held: 'hielt',
  broken: 'gebrochen!',
  payoffs: (player: number, ai: number | null | undefined) => (typeof ai === 'number' ? `${points(player)} : ${points(ai)}` : points(player)),
} satisfies Words
