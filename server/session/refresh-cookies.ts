import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Keyring, SessionKeys } from './keys.ts'

export interface CookieClaims {
  sid: string
  ctr: number
}

export interface RefreshCookies {
  /** `v1.<kid>.<sid>.<ctr>.<hmac>`: nothing to look up, and a successor can be made again from its number. */
  sign(claims: CookieClaims): string
  /** Null when it is not one of ours. */
  verify(value: string): CookieClaims | null
}

const FORM = /^v1\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{1,64})\.([1-9]\d{0,14})\.([A-Za-z0-9_-]{43})$/

export function createRefreshCookies({ current, byKid }: Keyring): RefreshCookies {
  function sign({ kid, cookie: key }: SessionKeys, { sid, ctr }: CookieClaims): string {
    const signed = `v1.${kid}.${sid}.${ctr}`
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
  }

  return {
    sign: (claims) => sign(current, claims),
    verify(value) {
      const [, kid, sid, ctr] = FORM.exec(value) ?? []
      const keys = byKid(kid)
      if (!keys || sid === undefined || ctr === undefined) return null
      const claims = { sid, ctr: Number(ctr) }
      return timingSafeEqual(Buffer.from(sign(keys, claims)), Buffer.from(value)) ? claims : null
    },
  }
}
