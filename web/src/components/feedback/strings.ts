/** The words around feedback; what is said of a match comes from the server. */

import { spoken, type Translated } from '../../lib/language'

const en = {
  title: 'What gave you away',
  advice: 'What to try next',
  computed: (n: number) => `Computed from your ${n} decisions; nothing here is guessed.`,
  coach: 'Ask the coach',
  coachTurn: 'Explain it like a coach',
  writing: 'Writing …',
  byModel: (model: string) => `Written by ${model} from the computed facts; every number was checked against them.`,
  byTemplate: 'No language model is connected, so the computed facts stand as they are.',
  stands: 'So the computed facts stand as they are.',
  failed: 'The feedback could not be read.',
}

export type Words = Translated<typeof en>
export const t = spoken('components/feedback', en)
