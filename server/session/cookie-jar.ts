import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { REFRESH_COOKIE, REFRESH_COOKIE_PLAIN } from '../../worker/wire/headers.ts'
import type { Clock } from '../deps.ts'
import type { AppEnv } from '../http/app-env.ts'
import { cookieNameFor } from './cookie-name.ts'
import type { CookieClaims, RefreshCookies } from './refresh-cookies.ts'

export interface CookieJar {
  /** What the browser holds, if it is one of ours. */
  read(c: Context<AppEnv>): CookieClaims | null
  write(c: Context<AppEnv>, claims: CookieClaims, expiresAt: number): void
  clear(c: Context<AppEnv>): void
}

const NAMES = [REFRESH_COOKIE, REFRESH_COOKIE_PLAIN] as const

function attributes(name: string) {
  return { path: '/', httpOnly: true, sameSite: 'Strict', secure: name === REFRESH_COOKIE } as const
}

/** Puts the refresh cookie on answers and takes it off requests: HttpOnly, SameSite=Strict, for this host alone. */
export function createCookieJar(deps: { cookies: RefreshCookies; clock: Clock }): CookieJar {
  const { cookies, clock } = deps

  return {
    read(c) {
      for (const name of NAMES) {
        const claims = cookies.verify(getCookie(c, name) ?? '')
        if (claims) return claims
      }
      return null
    },
    write(c, claims, expiresAt) {
      const { host } = new URL(c.req.url)
      const name = cookieNameFor({
        origin: c.req.header('origin'),
        host,
        ua: c.req.header('user-agent') ?? '',
      })
      const maxAge = Math.max(0, Math.floor((expiresAt - clock.now()) / 1000))
      setCookie(c, name, cookies.sign(claims), { ...attributes(name), maxAge })
    },
    clear(c) {
      for (const name of NAMES) if (getCookie(c, name) !== undefined) deleteCookie(c, name, attributes(name))
    },
  }
}
