/** At most one announcement in this time, however many rows arrive. */
export const ANNOUNCE_INTERVAL_MS = 5000

const VERB: Record<string, string> = {
  'transaction.created': 'new',
  'transaction.approved': 'approved',
  'transaction.rejected': 'rejected',
  'transaction.updated': 'changed',
}

/** "3 new, 1 approved." for what happened elsewhere; empty for nothing. */
export function arrivalWords(types: readonly string[]): string {
  const parts = Object.entries(VERB).flatMap(([type, verb]) => {
    const count = types.filter((other) => other === type).length
    return count > 0 ? [`${count} ${verb}`] : []
  })
  return parts.length > 0 ? `${parts.join(', ')}.` : ''
}

export interface Announcer {
  add: (types: readonly string[]) => void
  stop: () => void
}

/** Gathers what happened and says it once an interval, the first at once: a reader must be able to listen to the page. */
export function createAnnouncer(deps: {
  now: () => number
  after: (ms: number, fn: () => void) => () => void
  say: (words: string) => void
}): Announcer {
  let gathered: string[] = []
  let lastAt = Number.NEGATIVE_INFINITY
  let cancel: (() => void) | null = null

  function say(): void {
    cancel = null
    lastAt = deps.now()
    deps.say(arrivalWords(gathered))
    gathered = []
  }

  return {
    add(types) {
      gathered.push(...types.filter((type) => type in VERB))
      if (gathered.length === 0 || cancel) return
      const wait = lastAt + ANNOUNCE_INTERVAL_MS - deps.now()
      if (wait <= 0) say()
      else cancel = deps.after(wait, say)
    },
    stop: () => cancel?.(),
  }
}
