import {
  confirmDelivery,
  decideRotation,
  GRACE_MS,
  type RotationState,
} from '../../server/session/rotation.ts'

/** One session at the server: what it does with a cookie, by its number, and with the use of a token. */
export interface RotationRule {
  /** The number of the cookie to hand out; null: taken for a copy, the session is over. */
  refresh(presented: number, now: number): number | null
  use(ctr: number, now: number): void
}

/** What others do, and what the product does: the last of them is its own code. */
export const ROTATION_RULES: Record<string, () => RotationRule> = {
  'strict rotation': () => replacing(() => false),
  'predecessor for 30 s': () => replacing((since) => since <= GRACE_MS),
  'predecessor at any time': () => replacing(() => true),
  'delivery-confirmed': deliveryConfirmed,
}

function replacing(mayRepeat: (sinceMs: number) => boolean): RotationRule {
  let current = 1
  let rotatedAt = 0
  return {
    refresh(presented, now) {
      if (presented === current) {
        current += 1
        rotatedAt = now
        return current
      }
      return presented === current - 1 && mayRepeat(now - rotatedAt) ? current : null
    },
    use() {},
  }
}

function deliveryConfirmed(): RotationRule {
  let state: RotationState = { confirmed: 0, confirmedAt: 0, issued: 1, issuedAt: 0 }
  return {
    refresh(presented, now) {
      const rotation = decideRotation(state, presented, now)
      if (rotation.kind === 'confirm') {
        state = rotation.next
        return state.issued
      }
      return rotation.kind === 'reissue' ? rotation.ctr : null
    },
    use(ctr, now) {
      state = confirmDelivery(state, ctr, now) ?? state
    },
  }
}
