/** The words of this page. */

import { spoken, type Translated } from '../../lib/language'

const en = {
  title: 'Games',
  about: 'Everything that can be played here: the built-in games, and those that researchers made of their rules.',
  search: 'Search',
  builtIn: 'Built-in games',
  others: 'Games made here',
  none: 'Nothing was found.',
  noneMade: 'Nobody has made a game yet.',
  play: 'Play',
  playThis: (title: string) => `Play: ${title}`,
  more: 'Show more',
  loading: 'One moment …',
  make: 'Make a game',
  makeAbout: 'Take a game as it is, change what you like, and give it a name. Its rules stay; no code is needed.',
  from: 'Begin with',
  name: 'Title',
  key: 'Key (small letters, numbers and hyphens; the same key makes the next version of your game)',
  description: 'Description',
  parameters: 'Parameters',
  save: 'Make it',
  usual: 'as usual',
  list: 'separated by commas',
  asJson: 'as JSON',
  noJson: (label: string) => `${label}: this is no JSON.`,
  made: (title: string, version: number) => `${title} is there, as version ${version}.`,
}

export type Words = Translated<typeof en>
export const t = spoken('pages/games', en)
