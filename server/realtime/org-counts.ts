/**
 * What one organisation has done to this process. Counted from the moment its feed was opened here, and forgotten with it,
 * a day after its last use: what the process before this one counted is gone.
 */
export interface OrgCounts {
  /** Events taken into the feed. */
  published: number
  /** Events that had to go before their time, by count or bytes. Those that grew old are not among them. */
  dropped: number
  /** Events written, each once for every poll it went to. */
  delivered: number
  /** Polls that were told of a gap. */
  gaps: number
  /** Polls answered, whatever the outcome. */
  polls: number
}

export function noCounts(): OrgCounts {
  return { published: 0, dropped: 0, delivered: 0, gaps: 0, polls: 0 }
}
