/** The pages, in the order of the navigation. Each but the first is loaded when it is opened. */

import type { Component } from 'svelte'
import type { Role } from '../lib/session.svelte'
import type { t } from '../lib/strings'
import Play from './Play.svelte'

export interface PageEntry {
  /** After `#/`; the page that begins with the empty one is at `/`. */
  path: string
  title: keyof typeof t.pages
  load: () => Promise<{ default: Component }>
  /** Who finds it in the navigation; everybody when left out. What a page shows to whom is for the server to say. */
  roles?: readonly Role[]
  /** Reached by another link than those of the navigation. */
  unlisted?: boolean
}

export const pages: readonly PageEntry[] = [
  { path: '', title: 'play', load: async () => ({ default: Play }) },
  { path: 'games', title: 'games', load: () => import('./games/Games.svelte') },
  { path: 'progress', title: 'progress', load: () => import('./progress/Progress.svelte') },
  { path: 'profile', title: 'profile', load: () => import('./profile/Profile.svelte') },
  { path: 'crowd', title: 'crowd', load: () => import('./crowd/Crowd.svelte') },
  { path: 'console', title: 'console', load: () => import('./console/Console.svelte'), roles: ['researcher', 'admin'] },
  { path: 'tasks', title: 'tasks', load: () => import('./tasks/Tasks.svelte') },
  { path: 'models', title: 'models', load: () => import('./models/Models.svelte') },
  { path: 'admin', title: 'admin', load: () => import('./admin/Admin.svelte'), roles: ['admin'] },
  { path: 'account', title: 'account', load: () => import('./account/Account.svelte'), unlisted: true },
  { path: 'watch', title: 'watch', load: () => import('./watch/Watch.svelte'), unlisted: true },
]
