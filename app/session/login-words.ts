import type { Result } from '../../worker/wire/port.ts'

type Failure = Pick<Extract<Result<unknown>, { ok: false }>, 'code' | 'retryAfterMs'>

/** Why a login did not work and what to do now. It never says whether the address or the password was wrong. */
export function loginWords({ code, retryAfterMs }: Failure): string {
  switch (code) {
    case 'bad_credentials':
      return 'The e-mail address or the password is wrong.'
    case 'validation_failed':
      return 'This does not look like an e-mail address and a password. Check both.'
    case 'user_disabled':
      return 'This account is switched off. Ask an owner of your organisation.'
    case 'rate_limited':
      return `Too many tries. Wait ${waitText(retryAfterMs)}, then try again.`
    case 'network':
    case 'timeout':
      return 'The server cannot be reached. Check the connection, then try again.'
    case 'bad_answer':
      return 'Something answered in place of the server. On a public network, open its login page first.'
    case 'overloaded':
    case 'broker_down':
    case 'internal':
      return `The server has trouble right now. Try again in ${waitText(retryAfterMs)}.`
    case 'bad_origin':
      return 'This address is not allowed to log in. Open the app at its own address.'
    case 'link_lost':
      return 'The app had to restart its connection. Try again.'
    default:
      return 'Logging in did not work. Try again.'
  }
}

/** What is missing before anything is sent; null when nothing is. */
export function missingWords(
  email: string,
  password: string,
): { field: 'email' | 'password'; text: string } | null {
  if (email.trim() === '') return { field: 'email', text: 'Enter your e-mail address.' }
  if (!/^\S+@\S+$/.test(email.trim())) return { field: 'email', text: 'This is not an e-mail address.' }
  if (password === '') return { field: 'password', text: 'Enter your password.' }
  return null
}

function waitText(retryAfterMs: number | null): string {
  const seconds = Math.ceil((retryAfterMs ?? 0) / 1000)
  if (seconds <= 0) return 'a moment'
  if (seconds === 1) return '1 second'
  return seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`
}
