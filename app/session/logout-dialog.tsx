import { useRealtime } from '../realtime/runtime-provider.tsx'
import { UnsentDialog } from './unsent-dialog.tsx'

/** Asked only when something would be lost: what waits here goes with the session. */
export function LogoutDialog({ onClose }: { onClose: () => void }) {
  const { runtime } = useRealtime()
  return (
    <UnsentDialog
      title="Log out before everything is sent?"
      doing="Logging out"
      label="Log out and discard"
      onDo={() => void runtime.calls.logout('this')}
      onClose={onClose}
    />
  )
}
