import { useState } from 'react'
import { useTrace } from '../realtime/runtime-provider.tsx'
import { Button } from '../ui/button.tsx'
import { useAnnouncer } from '../ui/live-region.tsx'
import styles from './trace-line.module.css'

/** The request of the last change, for whoever has to find it in the server's log. */
export function TraceLine({ rowId }: { rowId: string }) {
  const trace = useTrace(rowId)
  const [copied, setCopied] = useState<string | null>(null)
  const announcer = useAnnouncer()
  if (!trace) return null
  const { requestId, eventId } = trace

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(requestId)
      setCopied(requestId)
      announcer.status('Request id copied.')
    } catch {
      // No clipboard without https, or the browser refuses: a click on the id selects the whole of it.
      announcer.status('The request id could not be copied. Select it instead.')
    }
  }

  return (
    <p className={styles.trace} title={`Event ${eventId}`}>
      <span>
        Request{' '}
        <code className={styles.id} data-testid="trace-request">
          {requestId}
        </code>
      </span>
      <Button
        kind="quiet"
        size="small"
        aria-label={copied === requestId ? 'Copied the request id' : 'Copy the request id'}
        onClick={() => void copy()}
      >
        {copied === requestId ? 'Copied' : 'Copy'}
      </Button>
    </p>
  )
}
