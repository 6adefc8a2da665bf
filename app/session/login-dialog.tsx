import { useEffect, useRef } from 'react'
import { useLocalWrites, useSession } from '../realtime/runtime-provider.tsx'
import { Dialog } from '../ui/dialog.tsx'
import styles from './login-dialog.module.css'
import { LoginForm } from './login-form.tsx'

/** Logging in again without leaving the page: what is on it, entered and unsent, stays. */
export function LoginDialog({ onClose }: { onClose: () => void }) {
  const session = useSession()
  const unsent = useLocalWrites().length
  const body = useRef<HTMLDivElement>(null)
  useEffect(() => body.current?.querySelector<HTMLElement>('[data-autofocus]')?.focus(), [])
  return (
    <Dialog title="Log in again" onClose={onClose}>
      <div ref={body}>
        {session && unsent > 0 && (
          <p className={styles.note}>
            {unsent === 1 ? '1 change waits' : `${unsent} changes wait`} to be sent as {session.user.name}.
            Should somebody else log in, {unsent === 1 ? 'it stays' : 'they stay'} on this device until{' '}
            {session.user.name} does.
          </p>
        )}
        <LoginForm email={session?.user.email ?? ''} onSignedIn={onClose} />
      </div>
    </Dialog>
  )
}
