import { useSealed } from '../realtime/runtime-provider.tsx'
import { Brand } from './brand.tsx'
import { LoginForm } from './login-form.tsx'
import styles from './login-page.module.css'

/** The way in. Once the session has begun, the routes lead on from here. */
export function LoginPage() {
  return (
    <main className={styles.page}>
      <section className={styles.form}>
        <div className={styles.inner}>
          <Brand />
          <h1 className={styles.title}>Log in</h1>
          <LoginForm />
          <SealedNote />
        </div>
      </section>
      <aside className={styles.panel} aria-hidden="true">
        <Riser />
        <p className={styles.line}>One riser, every floor.</p>
        <p className={styles.text}>
          What one person enters stands on every screen of the house a moment later.
        </p>
      </aside>
    </main>
  )
}

/** What others left here is counted and not shown. */
function SealedNote() {
  const sealed = useSealed()
  if (sealed === 0) return null
  return (
    <p className={styles.sealed} data-testid="sealed">
      {sealed === 1
        ? '1 change is kept on this device. It is sent when whoever entered it logs in.'
        : `${sealed} changes are kept on this device. Each is sent when whoever entered it logs in.`}
    </p>
  )
}

/** A house in section: the riser, and a ledger line on each floor it serves. */
function Riser() {
  const floors = [0, 1, 2, 3, 4, 5, 6]
  return (
    <svg className={styles.riser} viewBox="38 8 266 352">
      <path d="M40 356V12" className={styles.pipe} />
      {floors.map((floor) => {
        const y = 36 + floor * 46
        return (
          <g key={floor}>
            <path d={`M40 ${y}h28`} className={styles.pipe} />
            <circle cx="72" cy={y} r="5" className={styles.valve} />
            <path
              d={`M92 ${y}h${96 - ((floor * 37) % 44)}m${28 + ((floor * 37) % 44)} 0h${44 + ((floor * 23) % 30)}`}
              className={styles.entry}
            />
            <path d={`M92 ${y + 23}h208`} className={styles.hair} />
          </g>
        )
      })}
    </svg>
  )
}
