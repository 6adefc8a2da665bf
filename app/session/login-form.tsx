import { useId, useRef, useState, type FormEvent } from 'react'
import { useRealtime } from '../realtime/runtime-provider.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { loginWords, missingWords } from './login-words.ts'
import styles from './login-form.module.css'

/** E-mail and password. `onSignedIn` is called once the session has begun. */
export function LoginForm(props: { email?: string; onSignedIn?: () => void }) {
  const { runtime } = useRealtime()
  const [email, setEmail] = useState(props.email ?? '')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const id = useId()

  function focus(field: 'email' | 'password'): void {
    const input = form.current?.querySelector<HTMLInputElement>(`[name="${field}"]`)
    input?.focus()
    input?.select()
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (isBusy) return
    const missing = missingWords(email, password)
    if (missing) {
      setError(missing.text)
      return focus(missing.field)
    }
    setBusy(true)
    setError(null)
    const result = await runtime.calls.login({ email: email.trim(), password })
    setBusy(false)
    if (result.ok) return props.onSignedIn?.()
    setError(loginWords(result))
    focus('password')
  }

  return (
    <form ref={form} className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
      <Field id={`${id}-email`} label="E-mail">
        {(control) => (
          <input
            {...control}
            name="email"
            type="email"
            inputMode="email"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            dir="ltr"
            data-testid="login-email"
            data-autofocus={props.email ? undefined : ''}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field id={`${id}-password`} label="Password">
        {(control) => (
          <input
            {...control}
            name="password"
            type="password"
            autoComplete="current-password"
            dir="ltr"
            data-testid="login-password"
            data-autofocus={props.email ? '' : undefined}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      {/* There from the start and of a fixed height: what it says moves nothing and is read out. */}
      <p
        className={styles.error}
        role="alert"
        data-testid="login-error"
        data-empty={error === null || undefined}
      >
        {error}
      </p>
      <Button
        type="submit"
        kind="primary"
        data-testid="login-submit"
        aria-disabled={isBusy}
        className={styles.submit}
      >
        {isBusy ? 'Logging in…' : 'Log in'}
      </Button>
    </form>
  )
}
