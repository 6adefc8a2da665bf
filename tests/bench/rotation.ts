import { createDraw, type Draw } from '../support/draw.ts'
import { ROTATION_RULES, type RotationRule } from './rotation-rules.ts'

const REFRESHES = 100
/** Four fifths of the life of a token. */
const CADENCE_MS = 480_000
const HOLD_MS = 25_000
/** From an answer to the first use of the token in it: the poll that waits for it. */
const USE_MS = 200
const LOST_SHARE = 0.004
const RACED_SHARE = 0.008
/** Two contexts that refresh at once are so far apart. */
const RACE_MS = 5000
/** Until the next try after a reply that was lost, of eight published incidents (anthropics/claude-code#93014). */
const LOST_GAPS_MS = [1e3, 98e3, 326e3, 1063e3, 1418e3, 11_931e3, 27_083e3, 27_946e3] as const
const FOUND_WITHIN = 2

/** What a rule for refresh cookies costs those who did nothing wrong, and how soon it finds a copy in use. */
export function rotation({ sessions = 20_000, seed = 7 }: { sessions?: number; seed?: number }) {
  const rows = Object.entries(ROTATION_RULES).map(([rule, create]) => {
    const draw = createDraw(seed)
    let loggedOut = 0
    let found = 0
    for (let n = 0; n < sessions; n += 1) {
      if (!survives(create(), draw)) loggedOut += 1
      if (findsThief(create(), draw)) found += 1
    }
    return {
      rule,
      sessions,
      'refreshes each': REFRESHES,
      'false logouts': loggedOut,
      'false logouts %': percent(loggedOut, sessions),
      [`thief found within ${FOUND_WITHIN} refreshes %`]: percent(found, sessions),
    }
  })
  return Promise.resolve({ title: 'Rotation of the refresh cookie', rows })
}

const percent = (part: number, of: number) => Math.round((10_000 * part) / of) / 100

/** A session whose replies are lost and whose tabs race, and that nobody copies. False: taken for copied. */
function survives(server: RotationRule, draw: Draw): boolean {
  let cookie = 1
  let now = 0
  for (let n = 0; n < REFRESHES; n += 1) {
    now += cadence(draw)
    const fate = draw.fraction()
    const isLost = fate < LOST_SHARE
    const isRaced = !isLost && fate < LOST_SHARE + RACED_SHARE
    const first = server.refresh(cookie, now)
    if (first === null) return false
    if (isLost) now += draw.oneOf(LOST_GAPS_MS)
    else {
      // The faster of the two may use its token before the slower one asks.
      const raceMs = isRaced ? draw.fraction() * RACE_MS : Infinity
      if (USE_MS < raceMs) server.use(first, now + USE_MS)
      if (!isRaced) {
        cookie = first
        continue
      }
      now += raceMs
    }
    const again = server.refresh(cookie, now)
    if (again === null) return false
    server.use(again, now + USE_MS)
    cookie = again
  }
  return true
}

/** A thief copies the cookie at some moment and lives on it as its owner does. True: found within two refreshes of each. */
function findsThief(server: RotationRule, draw: Draw): boolean {
  let owner = server.refresh(1, 0) ?? 1
  server.use(owner, USE_MS)
  let thief = owner
  const ends = cadence(draw)
  let ownerAt = ends
  let thiefAt = draw.fraction() * ends
  for (let refreshes = 0; refreshes < 2 * FOUND_WITHIN; refreshes += 1) {
    const isThief = thiefAt < ownerAt
    const now = isThief ? thiefAt : ownerAt
    const next = server.refresh(isThief ? thief : owner, now)
    if (next === null) return true
    server.use(next, now + USE_MS)
    if (isThief) {
      thief = next
      thiefAt += cadence(draw)
    } else {
      owner = next
      ownerAt += cadence(draw)
    }
  }
  return false
}

/** A token is renewed when it is due and the poll under way has ended. */
function cadence(draw: Draw): number {
  return CADENCE_MS + draw.fraction() * HOLD_MS
}
