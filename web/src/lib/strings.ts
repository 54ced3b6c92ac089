/** The words of play and of what surrounds all pages; each other page has a `strings.ts` of its own. */

export const t = {
  brand: 'HAGAME',
  navigation: 'Pages',
  pages: { play: 'Play', progress: 'Progress', crowd: 'Crowd', console: 'Language models', account: 'Account' },
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
  ] as const,
  game: 'Game',
  opponent: 'Opponent',
  restart: 'New match',
  round: (n: number, of: number | null | undefined) => (of ? `Round ${n} of ${of}` : `Round ${n}`),
  you: 'You',
  ai: 'AI',
  choose: 'Choose your move',
  keys: (keys: string[]) => `Keys: ${keys.join(', ')}`,
  hits: (hits: number, n: number) => `${hits} of ${n} moves foreseen`,
  sealed: 'The AI has sealed its move',
  sealAbout: 'This is the SHA-256 of the AI’s next move and of its prediction of yours, with a secret number. After your move the AI shows both, and your browser computes the hash again. If anything had been changed, it would not fit.',
  sealedPrediction: 'The AI has sealed what it expects of you',
  sealAboutPrediction: 'This is the SHA-256 of the AI’s prediction of your choice, with a secret number. After your choice the AI shows both, and your browser computes the hash again. If anything had been changed, it would not fit.',
  verified: 'Seal verified',
  broken: 'The seal does not fit!',
  result: { win: 'You win', lose: 'You lose', tie: 'Tie' },
  paid: (payoff: number) => `${payoff > 0 ? '+' : '−'}${points(Math.abs(payoff))}`,
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
  curveNow: (bits: number) => `Now ${bits.toFixed(2)} bits per move.`,
  chance: 'chance',
  history: 'Last rounds',
  historyRow: (turn: number, you: string, ai: string | null | undefined, result: string) => `Round ${turn}: you ${you}${ai ? `, AI ${ai}` : ''}. ${result}.`,
  over: 'The match is over',
  overLine: (you: number, ai: number | null) => (ai === null ? points(you) : `${points(you)} : ${points(ai)}`),
  paidRound: (round: number, payoff: number) => `Your choice in round ${round} was drawn, played, and paid ${points(payoff)}.`,
  overHits: (share: number, chance: number) => `The AI foresaw ${Math.round(share * 100)} % of your moves; chance would be ${Math.round(chance * 100)} %.`,
  overBits: (bits: number) => (bits > 0 ? `It knew ${bits.toFixed(2)} bits about each of your moves.` : `It knew nothing about your moves: ${bits.toFixed(2)} bits.`),
  traits: 'What it inferred about you',
  traitRow: (low: string, high: string, n: number) => `between ${low} and ${high}, from ${n} decisions`,
  again: 'Play again',
  download: 'Download my decisions (CSV)',
  loading: 'One moment …',
  failed: 'Something went wrong',
  retry: 'Try again',
  docs: 'API',
  footer: 'Every decision is logged for you alone. You can download the log at any time.',
}

interface TraitText { title: string; meaning: string; unit: 'share' | 'bits' | 'seconds' }
export const traitTexts: Record<string, TraitText> = {
  predictability_bits: { title: 'Predictability', meaning: 'Bits the AI knows about your next move; 0 is no better than guessing.', unit: 'bits' },
  win_stay: { title: 'Staying after wins', meaning: 'How often you repeat a move that has just paid well.', unit: 'share' },
  lose_shift: { title: 'Switching after losses', meaning: 'How often you change a move that has just paid badly.', unit: 'share' },
  tie_stay: { title: 'Staying after ties', meaning: 'How often you repeat a move that paid neither well nor badly.', unit: 'share' },
  repetition: { title: 'Repetition', meaning: 'How often you repeat your last move, whatever it brought.', unit: 'share' },
  best_response: { title: 'Answering the last move', meaning: 'How often you play the best answer to the AI’s last move.', unit: 'share' },
  cooperation: { title: 'Cooperation', meaning: 'How often you cooperate where defecting would pay more.', unit: 'share' },
  reciprocity: { title: 'Reciprocity', meaning: 'How often you do what the AI did to you in the round before.', unit: 'share' },
  response_time: { title: 'Time to decide', meaning: 'How long a typical decision takes you.', unit: 'seconds' },
}

/** At most two decimals. */
export const points = (value: number): string => String(Math.round(value * 100) / 100)

export function amount(value: number, unit: TraitText['unit']): string {
  if (unit === 'share') return `${Math.round(value * 100)} %`
  return unit === 'bits' ? value.toFixed(2) : `${value.toFixed(1)} s`
}
