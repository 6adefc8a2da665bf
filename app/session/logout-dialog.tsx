import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import { useLocalWrites, useRealtime, useStatus } from '../realtime/runtime-provider.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import styles from './logout-dialog.module.css'
import { changes, onTheWay, unsentWords } from './unsent-words.ts'
import { useSendNow } from './use-send-now.ts'

/** Asked only while something has not reached the server. Nothing of it is lost unless the person says so twice. */
export function LogoutDialog({ onClose }: { onClose: () => void }) {
  const { runtime, writes } = useRealtime()
  const list = useLocalWrites()
  const { phase } = useStatus()
  const sending = useSendNow()
  const [isDiscarding, setDiscarding] = useState(false)
  const [, navigate] = useLocation()
  const logout = () => void runtime.calls.logout('this')

  // Everything got through, by itself or because it was asked for: there is nothing left to ask.
  const isAllSent = sending.state !== 'idle' && list.length === 0
  useEffect(() => {
    if (isAllSent) void runtime.calls.logout('this')
  }, [isAllSent, runtime])

  async function discard(): Promise<void> {
    await writes.discardAll()
    logout()
  }

  if (isDiscarding)
    return (
      <Dialog title={`Discard ${changes(list.length)}?`} onClose={onClose}>
        <p className={styles.text}>
          {list.length === 1 ? 'It is' : 'They are'} nowhere else and cannot be brought back.
        </p>
        <div className={styles.ways}>
          <Button data-testid="logout-discard-sure" onClick={() => void discard().catch(reportError)}>
            Discard and log out
          </Button>
          <Button kind="quiet" onClick={() => setDiscarding(false)}>
            Back
          </Button>
        </div>
      </Dialog>
    )

  if (sending.state === 'sending' || isAllSent)
    return (
      <Dialog title="Sending before you log out" onClose={onClose}>
        <p className={styles.text} role="status" data-testid="logout-progress">
          Sending {Math.min(sending.total - sending.left + 1, sending.total)} of {sending.total}
        </p>
        <progress
          className={styles.progress}
          aria-label="Sent"
          max={sending.total}
          value={sending.total - sending.left}
        />
        <div className={styles.ways}>
          <Button onClick={onClose}>Stay logged in</Button>
        </div>
      </Dialog>
    )

  if (list.length === 0)
    return (
      <Dialog title="Log out?" onClose={onClose}>
        <p className={styles.text}>Everything has reached the server.</p>
        <Button kind="primary" onClick={logout}>
          Log out
        </Button>
      </Dialog>
    )

  const mayBeSent = onTheWay(list).length > 0
  return (
    <Dialog title={sending.state === 'over' ? 'Not everything was sent' : 'Log out?'} onClose={onClose}>
      <p className={styles.text} role="status" data-testid="logout-unsent">
        {unsentWords(list)}
        {phase === 'offline' && mayBeSent && ' You are offline, so nothing can be sent now.'}
      </p>
      <ul className={styles.choices}>
        {mayBeSent && (
          <li>
            <Button
              kind={phase === 'offline' ? 'plain' : 'primary'}
              data-testid="logout-send"
              onClick={sending.start}
            >
              {sending.state === 'over' ? 'Try again and log out' : 'Send now and log out'}
            </Button>
            <span>Takes ten seconds at most.</span>
          </li>
        )}
        <li>
          <Button
            kind={phase === 'offline' || !mayBeSent ? 'primary' : 'plain'}
            data-testid="logout-keep"
            onClick={logout}
          >
            Keep on this device
          </Button>
          <span>Nobody else sees them. They are sent when you log in here again.</span>
        </li>
        <li>
          <Button data-testid="logout-discard" onClick={() => setDiscarding(true)}>
            Discard…
          </Button>
          <span>They are gone for good.</span>
        </li>
      </ul>
      <Button
        kind="quiet"
        size="small"
        onClick={() => {
          onClose()
          navigate('/outbox')
        }}
      >
        Look at them in the outbox
      </Button>
    </Dialog>
  )
}
