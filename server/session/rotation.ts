/** The counters of one session; see the table `sessions`. Always `confirmed ≤ issued ≤ confirmed + 1`. */
export interface RotationState {
  /** Newest cookie known to have arrived: it was presented, or the token that left with it was used. */
  confirmed: number
  /** Wall-clock ms at which that became known. */
  confirmedAt: number
  /** Newest cookie handed out. */
  issued: number
  issuedAt: number
}

export type Rotation =
  /** The newest cookie came back, so it has arrived: hand out its successor, `next.issued`. */
  | { kind: 'confirm'; next: RotationState }
  /** Its predecessor came back, and that is no proof of a copy: hand out the newest again, change nothing. */
  | { kind: 'reissue'; ctr: number }
  /** A cookie that had been replaced for good came back: two hold this session. Revoke it. */
  | { kind: 'reuse' }
  /** Never handed out; a store that was set back, for one. Change nothing. */
  | { kind: 'invalid' }

/** How long the predecessor of an arrived cookie is still answered: two contexts may have sent it at once. */
export const GRACE_MS = 30_000

/**
 * Delivery-confirmed rotation (RFC 9700 §4.14.2 with the reply taken into account). A lost reply is normal: the laptop
 * closes, the network changes. Measured on published incidents, the next try then comes seconds to eight hours later, so
 * that no grace by the clock alone is long enough. As long as the successor is not known to have arrived, its
 * predecessor may ask again and gets the *same* successor: the family never forks, and a thief who presents the copy
 * after the owner moved on is found.
 */
export function decideRotation(state: RotationState, presented: number, now: number): Rotation {
  const { confirmed, confirmedAt, issued } = state
  if (presented > issued) return { kind: 'invalid' }
  if (presented === issued) {
    const arrived =
      presented > confirmed ? { confirmed: presented, confirmedAt: now } : { confirmed, confirmedAt }
    return { kind: 'confirm', next: { ...arrived, issued: issued + 1, issuedAt: now } }
  }
  if (presented === confirmed) return { kind: 'reissue', ctr: issued }
  const inGrace = presented === confirmed - 1 && now - confirmedAt <= GRACE_MS
  return inGrace ? { kind: 'reissue', ctr: issued } : { kind: 'reuse' }
}

/** What the first use of a token proves about the cookie that left with it; null when it was known. */
export function confirmDelivery(state: RotationState, ctr: number, now: number): RotationState | null {
  if (ctr !== state.issued || ctr <= state.confirmed) return null
  return { ...state, confirmed: ctr, confirmedAt: now }
}
