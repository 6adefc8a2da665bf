import { Dialog } from '../ui/dialog.tsx'
import styles from './install-dialog.module.css'
import { installSteps } from './install-steps.ts'

/** How to install the app where the browser does not ask by itself. */
export function InstallDialog({ onClose }: { onClose: () => void }) {
  const { browser, steps } = installSteps(navigator.userAgent, navigator.maxTouchPoints)
  return (
    <Dialog title="Install Standpipe" onClose={onClose}>
      <p className={styles.text}>
        Installed, it starts like any other app, also without a network, and the browser is more careful with
        what is stored.
      </p>
      <h3 className={styles.browser}>{browser}</h3>
      <ol className={styles.steps} data-testid="install-steps">
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </Dialog>
  )
}
