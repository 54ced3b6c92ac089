/** What a login provider sent along to the address of the page. */

export interface Back { state: string; code?: string; totp?: string }

/** Once: it is taken out of the address at once, so that neither a reload nor the history has it. Throws a refusal. */
export function cameBack(): Back | null {
  const told = new URLSearchParams(location.search)
  const [state, code, error] = [told.get('state'), told.get('code'), told.get('error_description') ?? told.get('error')]
  if (!state) return null
  history.replaceState(null, '', location.pathname + location.hash)
  if (error || !code) throw new Error(error ?? '')
  return { state, code }
}
