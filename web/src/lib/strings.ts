/** The words of play and of what surrounds all pages; each other page has a `strings.ts` of its own. */

import { spoken, type Translated } from './language'
import { fixed, percent, points } from './numbers'

const en = {
  brand: 'HAGAME',
  navigation: 'Pages',
  menu: 'Menu',
  pages: { play: 'Play', games: 'Games', progress: 'Progress', profile: 'How you play', crowd: 'Crowd', tasks: 'Tasks', console: 'Language models', models: 'Models', admin: 'Administration', account: 'Account', watch: 'Watch a match' },
  account: { enter: 'Log in' },
  skip: 'Skip to the page',
  nowhere: 'There is no such page',
  toPlay: 'To the game',
  ended: 'Your session has ended. Please log in again.',
  headline: 'Can you be unpredictable?',
  lead: 'Play against an AI that learns how you think. It predicts your next move, seals its own before you choose, and shows you afterwards what it knew and why.',
  play: 'Play',
  points: [
    ['It cannot cheat', 'Its move and its prediction are sealed before yours. Your browser checks every seal.'],
    ['It explains itself', 'Each prediction comes with its reasons, in words and in exact numbers.'],
    ['You learn too', 'See how predictable you are, in bits, and what gives you away.'],
  ] as [string, string][],
  game: 'Game',
  opponent: 'Opponent',
  restart: 'New match',
  round: (n: number, of: number | null | undefined) => (of ? `Round ${n} of ${of}` : `Round ${n}`),
  you: 'You',
  ai: 'AI',
  choose: 'Choose your move',
  chosenNext: (action: string) => `Next: ${action}`,
  hits: (hits: number, n: number) => `${hits} of ${n} moves foreseen`,
  sealed: 'The AI has sealed its move',
  sealAbout: 'This is the SHA-256 of the AI’s next move and of its prediction of yours, with a secret number. After your move the AI shows both, and your browser computes the hash again. If anything had been changed, it would not fit.',
  sealedPrediction: 'The AI has sealed what it expects of you',
  sealAboutPrediction: 'This is the SHA-256 of the AI’s prediction of your choice, with a secret number. After your choice the AI shows both, and your browser computes the hash again. If anything had been changed, it would not fit.',
  verified: 'Seal verified',
  broken: 'The seal does not fit!',
  versus: 'vs',
  result: { win: 'You win', lose: 'You lose', tie: 'Tie' },
  paid: (payoff: number) => `${payoff > 0 ? '+' : payoff < 0 ? '−' : ''}${points(Math.abs(payoff))}`,
  chose: (action: string) => `You chose ${action}`,
  beside: (action: string, payoff: number) => `The AI chose ${action} on its own copy: ${points(payoff)}.`,
  timedOut: (action: string) => `Your time was over, so ${action} was chosen for you.`,
  timeLeft: (seconds: number) => `${seconds} s left`,
  summaryLine: (you: string, ai: string) => `You played ${you}, the AI ${ai}.`,
  prediction: 'What the AI expected of you',
  yours: 'your move',
  why: 'Why it thought so',
  whyEmpty: 'Play a round, and the AI will open its prediction here.',
  towards: (action: string) => `Bars: how much each reason spoke for ${action} (right) or against it (left), in log-odds.`,
  curve: 'What the AI knows about you',
  curveAbout: 'Bits per move over this match. 0 is chance: below it you outguess the AI.',
  curveNow: (bits: number) => `Now ${fixed(bits, 2)} bits per move.`,
  chance: 'chance',
  history: 'Last rounds',
  historyRow: (turn: number, you: string, ai: string | null | undefined, result: string) => `Round ${turn}: you ${you}${ai ? `, AI ${ai}` : ''}. ${result}.`,
  over: 'The match is over',
  overLine: (you: number, ai: number | null) => (ai === null ? points(you) : `${points(you)} : ${points(ai)}`),
  paidRound: (round: number, payoff: number) => `Your choice in round ${round} was drawn, played, and paid ${points(payoff)}.`,
  overHits: (share: number, chance: number) => `The AI foresaw ${percent(share)} of your moves; chance would be ${percent(chance)}.`,
  overBits: (bits: number) => (bits > 0 ? `It knew ${fixed(bits, 2)} bits about each of your moves.` : `It knew nothing about your moves: ${fixed(bits, 2)} bits.`),
  traits: 'What it inferred about you',
  traitRow: (low: string, high: string, n: number) => `between ${low} and ${high}, from ${n} decisions`,
  again: 'Play again',
  download: 'Download my decisions (CSV)',
  share: 'Let others watch',
  shareAbout: 'Whoever has the link sees your moves, the AI’s moves and what it had expected, as each round is opened. They see neither what is sealed nor what was inferred about you, learn who you are only if you say so below, and can do nothing.',
  shareName: 'Tell them my name',
  shareMake: 'Make a link',
  shareAgain: 'Make another link',
  shareLink: 'Link for those who watch',
  shareOpen: 'There is a link to this match. Another one ends it.',
  shareEnd: 'Stop it',
  shareCopy: 'Copy',
  shareCopied: 'Copied',
  loading: 'One moment …',
  failed: 'Something went wrong',
  faults: {
    seal: 'The opened seal is not the one that was shown before your move.',
    turn: 'The seal belongs to another turn.',
    move: 'The AI played another move than it had sealed.',
    moves: 'An AI played another move than it had sealed.',
    prediction: 'The prediction shown is not the one that was sealed.',
  },
  earlierSeal: 'An earlier seal does not fit.',
  retry: 'Try again',
  docs: 'API',
  footer: 'Every decision is logged. You can download the log at any time, and say under “How you play” whether it may be modelled.',
  traitTexts: {
    predictability_bits: { title: 'Predictability', meaning: 'Bits the AI knows about your next move; 0 is no better than guessing.' },
    win_stay: { title: 'Staying after wins', meaning: 'How often you repeat a move that has just paid well.' },
    lose_shift: { title: 'Switching after losses', meaning: 'How often you change a move that has just paid badly.' },
    tie_stay: { title: 'Staying after ties', meaning: 'How often you repeat a move that paid neither well nor badly.' },
    repetition: { title: 'Repetition', meaning: 'How often you repeat your last move, whatever it brought.' },
    best_response: { title: 'Answering the last move', meaning: 'How often you play the best answer to the AI’s last move.' },
    cooperation: { title: 'Cooperation', meaning: 'How often you cooperate where defecting would pay more.' },
    reciprocity: { title: 'Reciprocity', meaning: 'How often you do what the AI did to you in the round before.' },
    cooperation_known: { title: 'Cooperation after news', meaning: 'How often you cooperate when you know what the other has done.' },
    cooperation_unknown: { title: 'Cooperation without news', meaning: 'How often you cooperate when you do not know what the other does.' },
    offer_share: { title: 'Offers', meaning: 'Which share of a pie you offer to somebody who may refuse.' },
    low_refused: { title: 'Refusing low offers', meaning: 'How often you would rather have nothing than take less than a third.' },
    giving_share: { title: 'Giving', meaning: 'Which share you give to somebody who has no say.' },
    trust_share: { title: 'Trust', meaning: 'Which share of your own you hand to somebody who may keep it.' },
    return_share: { title: 'Trustworthiness', meaning: 'Which share of what you were trusted with you give back.' },
    contribution_share: { title: 'Contributing', meaning: 'Which share of your own you give to what all profit from.' },
    reasoning_steps: { title: 'Steps of reasoning', meaning: 'How many steps you think ahead of others.' },
    estimation_error: { title: 'Error of estimates', meaning: 'How far your estimates are from the truth, as a share of the scale.' },
    advice_weight: { title: 'Weight of advice', meaning: 'How far you go from your own estimate towards that of others.' },
    acquiescence: { title: 'Saying yes', meaning: 'How often you say yes, whatever the question.' },
    response_time: { title: 'Time to decide', meaning: 'How long a typical decision takes you.' },
  },
}

export type Words = Translated<typeof en>
export const t = spoken('lib', en)

type Unit = 'share' | 'bits' | 'steps' | 'seconds'
/** Of traits that are no share. */
const UNITS: Readonly<Record<string, Unit>> = { predictability_bits: 'bits', reasoning_steps: 'steps', response_time: 'seconds' }

/** A value of a trait, as its unit has it. */
export function amount(value: number, trait: string): string {
  const unit = UNITS[trait] ?? 'share'
  if (unit === 'share') return percent(value)
  if (unit === 'steps') return fixed(value, 1)
  return unit === 'bits' ? fixed(value, 2) : `${fixed(value, 1)} s`
}
