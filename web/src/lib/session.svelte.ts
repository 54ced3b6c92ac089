/** Who plays: tokens, the person behind them, and every call in their name. */

import { key, patient, Problem, read, withBody } from './http'
import { t } from './strings'

export type Role = 'player' | 'researcher' | 'admin'
export interface User { id: string; username: string; email: string | null; role: Role; is_guest: boolean; has_password: boolean }
/** `renewal` proves, when an answer was lost, that it is the same page that asks again for the next pair. */
interface Tokens { access_token: string; refresh_token: string; guest: boolean; renewal?: string }
interface Registration { email: string; username: string; password: string }

const KEPT = 'hagame.tokens'
const OWNED = 'hagame.'

const kept = (): Tokens | null => JSON.parse(localStorage.getItem(KEPT) ?? 'null') as Tokens | null

/** One tab at a time; pages without TLS have no locks, and there two tabs may end a session early. */
const alone = async (work: () => Promise<void>): Promise<void> => {
  await (navigator.locks ? navigator.locks.request('hagame.refresh', work) : work())
}

function renewal({ refresh_token, renewal = key() }: Tokens): RequestInit {
  const init = withBody({ refresh_token })
  return { ...init, headers: { ...(init.headers as object), 'Idempotency-Key': renewal } }
}

class Session {
  /** Null until somebody plays or logs in. */
  user = $state.raw<User | null>(null)
  signedIn = $derived(this.user !== null && !this.user.is_guest)
  /** Two first calls at once are still one guest. */
  private arriving: Promise<void> | null = null

  /** Who was here before a reload. Nobody becomes a guest by looking at the page. */
  load = async (): Promise<void> => {
    if (!kept() || this.user) return
    // A server that does not answer now, or a session that has ended, is told by the next call that matters.
    this.user = await this.call<User>('/auth/me').catch(() => null)
  }

  /** `totp` is the code of a second factor; the server says when it needs one. */
  login = async (username: string, password: string, totp?: string): Promise<void> => {
    await this.enter('/auth/login', { username, password, totp })
  }

  /** From a login provider. */
  comeBack = (back: { state: string; code?: string; totp?: string }): Promise<void> => this.enter('/auth/oidc/finish', back)

  /** A guest becomes the new account, and keeps all matches and both tokens. */
  register = async (body: Registration): Promise<void> => {
    if (!kept()) {
      await read(await patient('/auth/register', withBody(body)))
      return this.login(body.username, body.password)
    }
    this.user = await this.call<User>('/auth/register', withBody(body))
    const now = kept()
    if (now) this.keep({ ...now, guest: false })
  }

  /** Forgets everything of this person on this device, even when the server does not answer. */
  logout = async (): Promise<void> => {
    const now = kept()
    Object.keys(localStorage).filter((key) => key.startsWith(OWNED)).forEach((key) => localStorage.removeItem(key))
    this.user = null
    if (now) await patient('/auth/logout', withBody({ refresh_token: now.refresh_token }))
  }

  /** The answer to a call in the name of this person; who is nobody yet becomes a guest. */
  send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    if (!kept()) await (this.arriving ??= this.becomeGuest().finally(() => (this.arriving = null)))
    for (let renewed = false; ; renewed = true) {
      const access = kept()?.access_token ?? ''
      const headers = { ...(init.headers as Record<string, string>), Authorization: `Bearer ${access}` }
      const answer = await patient(path, { ...init, headers })
      if (answer.status !== 401 || renewed) return answer
      await this.renew(access)
    }
  }

  call = async <T>(path: string, init?: RequestInit): Promise<T> => (await read(await this.send(path, init))) as T

  /** What the session may do has changed: the next access token says so. */
  refresh = (): Promise<void> => this.renew(kept()?.access_token ?? '')

  private async enter(path: string, proof: unknown): Promise<void> {
    const fresh = (await read(await patient(path, withBody(proof)))) as Tokens
    this.keep({ ...fresh, guest: false })
    this.user = await this.call<User>('/auth/me')
  }

  private async becomeGuest(): Promise<void> {
    const guest = (await read(await patient('/auth/guest', withBody({})))) as Tokens & { user: User }
    this.keep({ ...guest, guest: true })
    this.user = guest.user
  }

  /** A refresh token is good once, so two tabs must not use the same one. Only the server's refusal ends a session. */
  private async renew(used: string): Promise<void> {
    await alone(async () => {
      const now = kept()
      if (now && now.access_token !== used) return
      const answer = now && (await patient('/auth/refresh', renewal(now)))
      if (answer && answer.status !== 401) return this.keep({ ...((await read(answer)) as Tokens), guest: now.guest })
      this.user = null
      localStorage.removeItem(KEPT)
      // Whoever has logged in shall not go on as somebody else unawares.
      if (now?.guest === false) throw new Problem(401, t.ended)
      await this.becomeGuest()
    })
  }

  private keep({ access_token, refresh_token, guest }: Tokens): void {
    localStorage.setItem(KEPT, JSON.stringify({ access_token, refresh_token, guest, renewal: key() }))
  }
}

export const session = new Session()
