import { mount } from 'svelte'
import App from './App.svelte'
import './app.css'
import { language, learn } from './lib/language'

/** Words of another language are there before anything is shown. */
async function start(target: HTMLElement): Promise<void> {
  document.documentElement.lang = language
  if (language === 'de') learn((await import('./lib/german')).german)
  mount(App, { target })
}

const target = document.getElementById('app')
if (target) void start(target)
