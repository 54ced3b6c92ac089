/** Puts the page into its place, and again where another language is chosen: what is played and who plays stays. */

import { mount, unmount, type Component } from 'svelte'
import { language, remember, speak, type Language, type Other } from './language'

let again: (next: Language) => Promise<void> = () => Promise.resolve()
/** One after the other, however fast somebody changes their mind. */
let shown: Promise<unknown> = Promise.resolve()

export const choose = (next: Language): Promise<unknown> => (shown = shown.catch(() => undefined).then(() => again(next)))

export async function show(page: Component, target: HTMLElement): Promise<void> {
  let app = begun(page, target, language, await wordsOf(language))
  again = async (next) => {
    // Before anything is taken away: the words may not come.
    const words = await wordsOf(next)
    await unmount(app)
    app = begun(page, target, next, words)
    remember(next)
    // The button that was pressed is gone; whoever uses the keyboard goes on at the one in its place.
    target.querySelector<HTMLElement>('button.language')?.focus()
  }
}

function begun(page: Component, target: HTMLElement, next: Language, words: Other | null): object {
  speak(next, words)
  document.documentElement.lang = next
  return mount(page, { target })
}

const wordsOf = async (next: Language): Promise<Other | null> => (next === 'de' ? (await import('./german')).german : null)
