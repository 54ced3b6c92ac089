/** The words around explanations; the sentences themselves come from the engine. */

export const t = {
  more: 'What would have changed it?',
  otherwise: 'What would have changed it',
  alike: 'When it was much the same',
  loading: 'Playing the last rounds again …',
  failed: 'That could not be computed:',
  changed: 'You changed',
  profile: 'What makes you predictable',
  profileMore: 'What makes me predictable?',
  profileAbout: (decisions: number, matches: number) => `Bits per decision by kind of evidence, with 95 % intervals, from ${decisions} decisions in ${matches === 1 ? '1 match' : `${matches} matches`}. To the left of the line: it misled the AI.`,
  bits: (bits: number, low: number, high: number) => `${bits.toFixed(3)} bits, between ${low.toFixed(3)} and ${high.toFixed(3)}`,
  total: (bits: number, low: number, high: number) => `In all the AI knew ${bits.toFixed(2)} bits about each of your decisions, between ${low.toFixed(2)} and ${high.toFixed(2)}.`,
}
