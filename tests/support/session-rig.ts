import { createLogouts, type Logouts } from '../../worker/core/logouts.ts'
import { createRefresh, type Refresh } from '../../worker/core/refresh.ts'
import { createSessions, type Session, type Sessions } from '../../worker/core/session.ts'
import { createSignOut } from '../../worker/core/sign-out.ts'
import type { SessionView } from '../../worker/wire/port.ts'
import { createBrowserProfile, type BrowserProfile } from './browser-profile.ts'
import { aView, TTL_S } from './core-samples.ts'
import { createScriptedHttp, type ScriptedHttp } from './scripted-http.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'
import { createVirtualPlatform, type VirtualPlatform } from './virtual-platform.ts'

/** The session parts of one runtime, without tabs or polls. */
export interface SessionRig {
  platform: VirtualPlatform
  script: ScriptedHttp
  sessions: Sessions
  refresh: Refresh
  logouts: Logouts
  signOut: ReturnType<typeof createSignOut>
  /** What the sessions told, in order. */
  told: string[]
  /** What it counted for telemetry. */
  counted: unknown[]
  signIn(view?: SessionView, token?: string, expiresIn?: number): Promise<Session>
  /** Fails when nobody is signed in. */
  current(): Session
  pass(ms: number): Promise<void>
}

export function createSessionRig(
  options: {
    instanceId?: string
    sharesToken?: boolean
    time?: VirtualClock
    profile?: BrowserProfile
    script?: ScriptedHttp
  } = {},
): SessionRig {
  const { instanceId = 'r1', sharesToken = false, time = createVirtualClock() } = options
  const { profile = createBrowserProfile(time), script = createScriptedHttp() } = options
  const platform = createVirtualPlatform({ ...script, time, profile })
  const told: string[] = []
  const logouts = createLogouts({ platform, onOutcome: (outcome) => sessions.loggedOut(outcome) })
  const sessions = createSessions({
    platform,
    isLoggedOut: logouts.isSignedOut,
    onChange: (reason) => void told.push(reason),
  })
  const counted: unknown[] = []
  const count = (...one: unknown[]) => void counted.push(one)
  const refresh = createRefresh({ platform, sessions, instanceId, sharesToken, count })

  function current(): Session {
    const session = sessions.current()
    if (!session) throw new Error('Nobody is signed in.')
    return session
  }

  return {
    platform,
    script,
    sessions,
    refresh,
    logouts,
    signOut: createSignOut({ platform, sessions, logouts }),
    told,
    counted,
    current,
    async signIn(view = aView(), token = 'token1', expiresIn = TTL_S) {
      await sessions.begin(view, { value: token, expiresIn })
      return current()
    },
    pass: (ms) => time.advance(ms),
  }
}

/** Two runtimes of one browser profile that talk to one server. */
export function createSessionPair(sharesToken: boolean): [SessionRig, SessionRig] {
  const time = createVirtualClock()
  const shared = { time, profile: createBrowserProfile(time), script: createScriptedHttp(), sharesToken }
  return [
    createSessionRig({ ...shared, instanceId: 'r1' }),
    createSessionRig({ ...shared, instanceId: 'r2' }),
  ]
}
