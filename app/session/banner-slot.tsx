import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { Link } from 'wouter'
import type { Updates } from '../pwa/updates.ts'
import { useFlags, useRealtime, useSignedIn, useStatus } from '../realtime/runtime-provider.tsx'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { useAnnouncer } from '../ui/live-region.tsx'
import { useNow } from '../ui/use-now.ts'
import { chooseBanner, type BannerKind } from './banner-choice.ts'
import styles from './banner-slot.module.css'
import { LoginDialog } from './login-dialog.tsx'
import { ReloadButton } from './reload-button.tsx'
import { useOldWrites } from './use-old-writes.ts'
import { useFocusBack } from './use-focus-back.ts'

const MINUTE_MS = 60_000

/** What the whole app has to say, in the place kept for it: it moves nothing, covers nothing and disables nothing. */
export function BannerSlot({ updates }: { updates: Updates }) {
  const status = useStatus()
  const { sh } = useSignedIn()
  const update = {
    ready: useSyncExternalStore(updates.subscribe, updates.ready),
    waitsFor: useSyncExternalStore(updates.subscribe, updates.waitsFor),
  }
  const { 'banner.enabled': isEnabled } = useFlags()
  /** The session that is over, for as long as the person is asked to log in again. */
  const [signingInFor, setSigningInFor] = useState<string | null>(null)
  const now = useNow(MINUTE_MS)
  const chosen = chooseBanner(status, update, useOldWrites(now), now)
  const banner = isEnabled || chosen?.kind === 'expired' ? chosen : null
  // Logged in again in another tab, this one goes on as well.
  const isSigningIn = signingInFor === sh && status.phase !== 'live'
  const slot = useRef<HTMLDivElement>(null)
  useFocusBack(slot, isSigningIn ? 'dialog' : (banner?.kind ?? null))
  useSpoken(banner && { kind: banner.kind, words: `${banner.title} ${banner.text}` })

  return (
    <>
      {banner && (
        <div ref={slot} className={styles.banner} data-testid="banner" data-kind={banner.kind}>
          <Icon name={ICONS[banner.kind]} />
          <p className={styles.words}>
            <strong>{banner.title}</strong> <span className={styles.text}>{banner.text}</span>
          </p>
          {banner.kind === 'expired' && (
            <Button size="small" data-testid="banner-login" onClick={() => setSigningInFor(sh)}>
              Log in
            </Button>
          )}
          {banner.kind === 'offline' && <RetryButton />}
          {banner.kind === 'sending' && <Link href="/outbox">Outbox</Link>}
          {banner.kind === 'expired' && <ReloadButton reload={() => location.reload()} />}
          {banner.kind === 'update' && update.waitsFor === null && <ReloadButton reload={updates.apply} />}
        </div>
      )}
      {isSigningIn && <LoginDialog onClose={() => setSigningInFor(null)} />}
    </>
  )
}

const ICONS = { expired: 'alert', offline: 'alert', sending: 'outbox', update: 'refresh' } as const

function RetryButton() {
  const { runtime } = useRealtime()
  return (
    <Button size="small" data-testid="banner-retry" onClick={() => void runtime.calls.retryNow()}>
      Try again
    </Button>
  )
}

/** Reads a new banner out: at once when the session is over, else when the reader is idle. Its end is said too. */
function useSpoken(banner: { kind: BannerKind; words: string } | null): void {
  const announcer = useAnnouncer()
  const said = useRef<BannerKind | null>(null)
  useEffect(() => {
    const kind = banner?.kind ?? null
    if (kind === said.current) return
    const last = said.current
    said.current = kind
    if (banner) announcer[banner.kind === 'expired' ? 'alert' : 'status'](banner.words)
    else announcer.status(last === 'offline' ? 'You are back online.' : '')
    if (kind !== 'expired') announcer.alert('')
  }, [announcer, banner])
}
