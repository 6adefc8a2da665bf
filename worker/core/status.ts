import type { Host, Phase, RuntimeRole, RuntimeStatus } from '../wire/port.ts'
import type { Clock } from './platform.ts'

export interface Status {
  read(): RuntimeStatus
  /** `retryInMs`: when the next try is due. Repeating what is said already tells nobody anything. */
  say(phase: Phase, reason: string, retryInMs?: number): void
  sayRole(role: RuntimeRole): void
}

/** What the status light shows. `since` stands still while only the reason changes. */
export function createStatus(deps: {
  clock: Clock
  host: Host
  onChange: (status: RuntimeStatus) => void
}): Status {
  const { clock, host, onChange } = deps
  let status: RuntimeStatus = {
    phase: 'connecting',
    since: clock.wallMs(),
    reason: 'starting',
    host,
    role: 'follower',
    retryAt: null,
  }

  function change(next: RuntimeStatus): void {
    const isSame = (Object.keys(next) as (keyof RuntimeStatus)[]).every((key) => next[key] === status[key])
    status = next
    if (!isSame) onChange(status)
  }

  return {
    read: () => status,
    say(phase, reason, retryInMs) {
      const now = clock.wallMs()
      const since = phase === status.phase ? status.since : now
      change({ ...status, phase, reason, since, retryAt: retryInMs === undefined ? null : now + retryInMs })
    },
    sayRole: (role) => change({ ...status, role }),
  }
}
