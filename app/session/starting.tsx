import shell from './shell.module.css'
import styles from './starting.module.css'

/** The first paint, until it is known who is logged in: the frame without its content. Mostly a few milliseconds. */
export function Starting({ frame, stuck }: { frame: boolean; stuck: boolean }) {
  return (
    <div className={frame ? shell.shell : undefined}>
      {frame && <div className={styles.rail} />}
      {stuck && (
        <p className={styles.stuck} role="alert">
          The part of the app that holds the connection does not start. Trying again. If this stays, reload
          the page or restart the browser.
        </p>
      )}
    </div>
  )
}
