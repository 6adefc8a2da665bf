import { Button } from '../ui/button.tsx'

/** Loads the page anew. What was entered lies on the device and what is half-typed is kept: nothing has to be asked. */
export function ReloadButton({ reload }: { reload: () => void }) {
  return (
    <Button size="small" data-testid="banner-reload" onClick={reload}>
      Reload
    </Button>
  )
}
