import type { RuntimeStatus } from '../../worker/wire/port.ts'
import { sinceText } from './status-words.ts'

export type BannerKind = 'expired' | 'offline' | 'sending' | 'update'

export interface Banner {
  kind: BannerKind
  /** What happened. */
  title: string
  /** What it means for what the person does; left out where there is little room. */
  text: string
}

const EXPIRED: Record<string, string> = {
  session_revoked: 'This session was ended.',
  session_expired: 'Your session has expired.',
  refresh_reused: 'This session was ended to keep your account safe.',
  user_disabled: 'Your account is switched off.',
}

/**
 * The one banner there is room for. A session that ended comes first, because only the person can help; then being
 * offline, which also tells how old the page is; then what was entered days ago and is sent now; a new version can wait. Trouble that passes by itself is left to the status light.
 */
export function chooseBanner(
  status: Pick<RuntimeStatus, 'phase' | 'reason' | 'since'>,
  update: { ready: boolean; waitsFor: string | null },
  oldWrites: string | null,
  now: number,
  locale?: string,
): Banner | null {
  if (status.phase === 'expired') {
    return {
      kind: 'expired',
      title: EXPIRED[status.reason] ?? 'Your session has ended.',
      text:
        status.reason === 'user_disabled'
          ? 'Ask an owner of your organisation. What you entered stays on this device.'
          : 'What you entered is kept, and sent once you log in.',
    }
  }
  if (status.reason === 'session_mismatch') {
    return {
      kind: 'expired',
      title: 'Another login took the place of yours in this browser.',
      text: 'What you entered stays on this device and is sent once you log in.',
    }
  }
  if (status.phase === 'offline') {
    return {
      kind: 'offline',
      title: `Offline since ${sinceText(status.since, now, locale)}.`,
      text: 'What you enter is saved on this device and sent later.',
    }
  }
  if (update.waitsFor !== null)
    return {
      kind: 'update',
      title: 'A new version is ready.',
      text: `The page reloads by itself ${update.waitsFor}`,
    }
  if (status.reason === 'build_retired') {
    return {
      kind: 'update',
      title: 'This page is out of date.',
      text: 'Reload it: until then it hears nothing of what others do.',
    }
  }
  if (oldWrites !== null) return { kind: 'sending', title: oldWrites, text: '' }
  if (update.ready)
    return { kind: 'update', title: 'A new version is ready.', text: 'Reload when it suits you.' }
  return null
}
