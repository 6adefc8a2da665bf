import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../deps.ts'
import type { Caller } from '../session/caller.ts'
import { derivedKey } from './hash-ids.ts'

/** Whose records these are. */
export type Reporter = Pick<Caller, 'sid' | 'userId' | 'orgId'>
export type PassTrouble = 'token_invalid' | 'token_expired' | 'session_revoked'

export interface HandInPass {
  issue(reporter: Reporter): string
  read(pass: string): Reporter | PassTrouble
}

/**
 * At the end of its life a page has records left and no token, which never leaves its runtime. Taking them from anybody
 * would let the whole internet write into the log and count for no organisation; so a session that has handed in records
 * with its token is given a pass that lets it hand in more, and nothing else: it reads nothing, it is good for as long as
 * a token, which is as long as it is remembered that a session has ended, and it ends with its session.
 */
export function createHandInPass(deps: {
  secret: string
  accessTokenTtlS: number
  clock: Pick<Clock, 'now'>
  hasEnded: (sid: string) => boolean
}): HandInPass {
  const { clock, hasEnded } = deps
  const key = derivedKey(deps.secret, 'telemetry-pass')
  const mac = (text: string) => createHmac('sha256', key).update(text).digest('base64url')

  return {
    issue({ sid, userId, orgId }) {
      const text = [sid, userId, orgId, clock.now() + deps.accessTokenTtlS * 1000].join('~')
      return `${text}~${mac(text)}`
    },
    read(pass) {
      const [sid, userId, orgId, until, sent, ...more] = pass.split('~')
      if (!sid || !userId || !orgId || !until || !sent || more.length > 0) return 'token_invalid'
      const due = Buffer.from(mac([sid, userId, orgId, until].join('~')))
      const got = Buffer.from(sent)
      if (due.length !== got.length || !timingSafeEqual(due, got)) return 'token_invalid'
      if (Number(until) <= clock.now()) return 'token_expired'
      return hasEnded(sid) ? 'session_revoked' : { sid, userId, orgId }
    },
  }
}
