/** The pages, in the order of the navigation. Each but the first is loaded when it is opened. */

import type { Component } from 'svelte'
import type { Role } from '../lib/session.svelte'
import { t } from '../lib/strings'
import Play from './Play.svelte'

export interface PageEntry {
  /** After `#/`; the page that begins with the empty one is at `/`. */
  path: string
  title: string
  load: () => Promise<{ default: Component }>
  /** Who finds it in the navigation; everybody when left out. What a page shows to whom is for the server to say. */
  roles?: readonly Role[]
  /** Reached by another link than those of the navigation. */
  unlisted?: boolean
}

export const pages: readonly PageEntry[] = [
  { path: '', title: t.pages.play, load: async () => ({ default: Play }) },
  { path: 'games', title: t.pages.games, load: () => import('./games/Games.svelte') },
  { path: 'progress', title: t.pages.progress, load: () => import('./progress/Progress.svelte') },
  { path: 'profile', title: t.pages.profile, load: () => import('./profile/Profile.svelte') },
  { path: 'crowd', title: t.pages.crowd, load: () => import('./crowd/Crowd.svelte') },
  { path: 'console', title: t.pages.console, load: () => import('./console/Console.svelte'), roles: ['researcher', 'admin'] },
  { path: 'tasks', title: t.pages.tasks, load: () => import('./tasks/Tasks.svelte') },
  { path: 'models', title: t.pages.models, load: () => import('./models/Models.svelte') },
  { path: 'admin', title: t.pages.admin, load: () => import('./admin/Admin.svelte'), roles: ['admin'] },
  { path: 'account', title: t.pages.account, load: () => import('./account/Account.svelte'), unlisted: true },
  { path: 'watch', title: t.pages.watch, load: () => import('./watch/Watch.svelte'), unlisted: true },
]
