/** Where polls of a session stood, and how many crashes there had been when they were told of it. */
export interface EpochWatch {
  crashed(): void
  /** A poll of `sid` with this cursor was answered so. In words what is wrong with that; null when nothing is. */
  answered(sid: string, cursor: string | undefined, answer: Answer): string | null
}

export interface Answer {
  cursor?: string
  gap?: { reason: string } | null
}

/** The feed is another one, or behind where it was: never for whoever was away. */
const BEGUN_ANEW = ['epoch', 'ahead']

/** Only a crash may end a feed: a server that leaves hands its feeds to the next with their epochs. */
export function createEpochWatch(): EpochWatch {
  /** By session: an organisation has a feed of its own, and who signs in may come from another. */
  const toldAt = new Map<string, number>()
  let crashes = 0
  const key = (sid: string, cursor: string) => `${sid} ${cursor.split('.', 1)[0]}`

  return {
    crashed: () => void (crashes += 1),
    answered(sid, cursor, { cursor: at, gap }) {
      if (at !== undefined && !toldAt.has(key(sid, at))) toldAt.set(key(sid, at), crashes)
      if (!gap || !BEGUN_ANEW.includes(gap.reason) || cursor === undefined) return null
      if (toldAt.get(key(sid, cursor)) !== crashes) return null
      return `session ${sid} was told of a gap (${gap.reason}) at ${cursor}, and the server has not crashed since`
    },
  }
}
