import type { Phase, RuntimeStatus } from '../../worker/wire/port.ts'

const WORDS: Record<Phase, string> = {
  live: 'Live',
  connecting: 'Connecting',
  degraded: 'Catching up',
  offline: 'Offline',
  expired: 'Session expired',
  'signed-out': 'Signed out',
}

/** The one word beside the light. */
export function statusWord(phase: Phase): string {
  return WORDS[phase]
}

const PHASE_WHY: Record<Phase, string> = {
  live: 'Changes of others appear here as they are made.',
  connecting: 'Connecting to the server.',
  degraded: 'The server answers, but not as it should. Changes of others may come late.',
  offline: 'The server cannot be reached. You see what was last loaded.',
  expired: 'Your session has ended. You see what was last loaded; log in to go on.',
  'signed-out': 'Nobody is logged in.',
}

const REASON_WHY: Record<string, string> = {
  timeout: 'The server has not answered for a while. You see what was last loaded.',
  overloaded: 'The server is very busy. Changes of others may come late.',
  broker_down: 'The server cannot pass on changes right now. Saving works; changes of others may come late.',
  rate_limited: 'The server asks for a pause. Changes of others may come late.',
  bad_answer: 'Something answered in place of the server, such as the login page of a public network.',
  leader_silent: 'Another window holds the connection and has gone quiet.',
  superseded: 'Another window has taken over the connection.',
  link_lost: 'The part of the app that holds the connection stopped. It is being started again.',
  build_retired: 'This page is out of date and gets no changes of others any more. Reload it.',
  no_runtime: 'The part of the app that holds the connection does not start. Trying again.',
}

/** Why the light shows what it shows, as a sentence; a reason nobody has words for falls back to its phase. */
export function statusWhy(status: Pick<RuntimeStatus, 'phase' | 'reason'>): string {
  const isTrouble = status.phase === 'degraded' || status.phase === 'offline' || status.phase === 'connecting'
  return (isTrouble && REASON_WHY[status.reason]) || PHASE_WHY[status.phase]
}

/** Time of day, with the day when it was not today. Both are wall-clock milliseconds. */
export function sinceText(since: number, now: number, locale?: string): string {
  const isToday = new Date(since).toDateString() === new Date(now).toDateString()
  const format = new Intl.DateTimeFormat(locale, {
    hour: 'numeric',
    minute: '2-digit',
    ...(isToday ? {} : { weekday: 'short', day: 'numeric', month: 'short' }),
  })
  return format.format(since)
}

/** When the next try is due; null when none is planned or it is due already. */
export function nextTryText(retryAt: number | null, now: number): string | null {
  if (retryAt === null || retryAt <= now) return null
  return `Next try in ${Math.ceil((retryAt - now) / 1000)} s.`
}
