import { useState } from 'react'
import { useLocalWrites } from '../realtime/runtime-provider.tsx'
import { Button } from '../ui/button.tsx'
import { UnsentDialog } from './unsent-dialog.tsx'

/** Loads the page anew; asks first when that would lose what waits on it. */
export function ReloadButton({ reload }: { reload: () => void }) {
  const hasUnsent = useLocalWrites().length > 0
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Button
        size="small"
        data-testid="banner-reload"
        onClick={() => (hasUnsent ? setAsking(true) : reload())}
      >
        Reload
      </Button>
      {isAsking && (
        <UnsentDialog
          title="Reload before everything is sent?"
          doing="Reloading"
          label="Reload and discard"
          onDo={reload}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  )
}
