/** The words of this page. */

import type { Among, Interval } from './calls'
import { spoken, type Translated } from '../../lib/language'
import { fixed, significant } from '../../lib/numbers'

const en = {
  title: 'How you play',
  about: 'What your choices say of you, with how sure that is. Nobody but you sees this page.',
  consent: 'My choices may be modelled',
  consentAbout: 'Switched off, nothing is inferred any more, in running matches too, and nothing inferred is shown. What you say yourself stays.',
  saving: 'Telling the server …',
  off: 'Modelling is off. Nothing is inferred of you.',
  declared: 'What you say of yourself',
  declaredAbout: 'Only you set this. It is never mixed with what is inferred, and no prediction uses it.',
  declaredNone: 'You have not said anything of yourself.',
  name: 'What',
  value: 'How much, or which',
  nameExample: 'risk taking',
  letters: 'Letters, digits, spaces and hyphens; a letter first',
  say: 'Say so',
  unsay: (what: string) => `Remove ${what}`,
  inferred: 'What your play says',
  based: (matches: number, decisions: number) => `From ${decisions === 1 ? 'one decision' : `${decisions} decisions`} in ${matches === 1 ? 'one match' : `${matches} matches`}. The line is where the truth lies with 95 % probability, if the model is right; the dot is the best guess.`,
  none: 'Nothing yet: play a match, then look again.',
  play: 'Play one',
  counted: 'Counted from your moves',
  countedAbout: 'Shares and means of what you did, whatever the reason.',
  model: (title: string, version: string) => `${title} (model version ${version})`,
  modelAbout: 'Parameters with which this model would choose most like you. Another model would tell another story.',
  countedNot: 'It tells what you did in these games, not why, and not what you do elsewhere.',
  parameterNot: 'It is the setting of a model, not a property that was measured.',
  share: 'share',
  means: 'What it means',
  not: 'What it does not mean',
  decisions: (n: number) => `n = ${Math.round(n)}`,
  among: (a: Among) => `more than ${Math.round(a.percentile)} % of ${a.people} people (${Math.round(a.low)} to ${Math.round(a.high)} %)`,
  alone: 'too few people are known to compare',
  over: (count: number) => (count === 1 ? 'After your match' : `After each of your ${count} matches`),
  chart: (title: string, i: Interval) => `${title}: ${number(i.mean)}, between ${number(i.low)} and ${number(i.high)}`,
  trace: (title: string, first: Interval, last: Interval) => `${title} over matches: ${number(first.mean)} [${number(first.low)}, ${number(first.high)}] after the first shown, ${number(last.mean)} [${number(last.low)}, ${number(last.high)}] after the last`,
  loading: 'One moment …',
}

export type Words = Translated<typeof en>
export const t = spoken('pages/profile', en)

export const number = (x: number): string => (Math.abs(x) >= 100 ? fixed(x, 0) : Math.abs(x) >= 0.095 || x === 0 ? fixed(x, 2) : significant(x, 2))

/** `after_win` as `After win`. */
export const named = (key: string, title: string): string => {
  const words = title || key.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
