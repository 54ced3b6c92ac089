/** The words of this page. */

export const t = {
  title: 'Your progress',
  about: 'Nobody but you sees this. It holds the matches that you have played to their end.',
  none: 'You have not finished a match yet.',
  play: 'Play one',
  matches: (n: number) => (n === 1 ? '1 match' : `${n} matches`),
  rating: (mean: number, low: number, high: number) => `Rating ${mean.toFixed(1)}, between ${low.toFixed(1)} and ${high.toFixed(1)}`,
  ratingAbout: '25 is where everybody begins. Each match against a strong opponent says more than one against a weak one.',
  record: (won: number, drawn: number, lost: number) => `${won} won, ${drawn} drawn, ${lost} lost`,
  score: 'Score per decision',
  bits: 'Bits the AI knew per decision',
  curve: (what: string, first: number, last: number) => `${what}: ${first.toFixed(2)} in the first match shown, ${last.toFixed(2)} in the last`,
  line: (opponent: string, own: number, other: number | null) => (other === null ? `${opponent}: ${round(own)}` : `${opponent}: ${round(own)} : ${round(other)}`),
  loading: 'One moment …',
}

const round = (x: number): string => String(Math.round(x * 100) / 100)
