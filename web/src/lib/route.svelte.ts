/** Which page is shown: `#/console/prompts` is the page `console` with the rest `['prompts']`. */

class Route {
  private parts = $state.raw(parts())
  page = $derived(this.parts[0] ?? '')
  rest = $derived(this.parts.slice(1))
  /** The rest as long as `page` is shown: a page that is being left must not take the next one's for its own. */
  within = (page: string): string[] => (this.page === page ? this.rest : [])

  constructor() {
    addEventListener('hashchange', () => (this.parts = parts()))
  }
}

const parts = (): string[] => location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(plain)

/** What cannot be decoded is no page, and no reason to fail. */
function plain(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export const addressOf = (...path: string[]): string => `#/${path.map(encodeURIComponent).join('/')}`

export const go = (...path: string[]): void => {
  location.hash = addressOf(...path)
}

export const route = new Route()
