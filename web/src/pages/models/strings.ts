/** The words of this page. */

import type { Estimate, Source } from './calls'
import { spoken, type Translated } from '../../lib/language'
import { fixed, percent } from '../../lib/numbers'

const en = {
  title: 'Models',
  about: 'What can predict you: algorithms trained on people, each measured on people it had not seen.',
  none: 'There is no trained model yet.',
  noneYet: 'Make one below, then train it.',
  kinds: { predictor: 'Predictors', cognitive: 'Cognitive models' },
  back: 'All models',
  draft: 'draft',
  archived: 'archived',
  version: (n: number | null) => (n === null ? 'no version yet' : `version ${n}`),
  play: 'Play against it',
  algorithm: 'Algorithm',
  game: 'Game',
  learntFrom: 'Learnt from',
  licence: 'Licence',
  data: (people: number, decisions: number, source: Source) => `${people} ${source === 'simulated' ? 'made-up people' : 'people'}, ${decisions} decisions`,
  uploaded: 'an uploaded file',
  measured: (people: number, decisions: number) => `Measured on ${people} people held out, ${decisions} decisions. Log-loss in nats per decision: lower is better.`,
  forecaster: 'Forecaster',
  logLoss: 'Log-loss',
  accuracy: 'Right',
  brier: 'Brier',
  ece: 'Calibration error',
  gain: 'Model is better by',
  names: { uniform: 'Even guess', marginal: 'Own favourites', markov1: 'Own habits (Markov)', untrained: 'Itself untrained' },
  itself: 'This model',
  versions: 'Versions',
  active: 'active',
  activate: 'Make active',
  download: 'Download',
  train: 'Train a new version',
  from: 'On',
  log: 'the decision log (who consents, at least five people)',
  simulated: '200 made-up people (to try it out)',
  begin: 'Train',
  training: (share: number, note: string) => `Training: ${percent(share)}${note ? `, ${note}` : ''}`,
  cancel: 'Cancel',
  make: 'A new model',
  name: 'Name',
  create: 'Make it',
  loading: 'One moment …',
  between: (low: string, high: string) => `${low} to ${high}`,
}

export type Words = Translated<typeof en>
export const t = spoken('pages/models', en)

export const share = (e: Estimate): string => percent(e.value, 1)
export const nats = (e: Estimate): string => fixed(e.value, 3)
export const between = (e: Estimate): string => (e.low === null || e.high === null ? '' : t.between(fixed(e.low, 3), fixed(e.high, 3)))
