const HOME = '/finance'

/** Address of the login page that leads back to `path` (with its search) afterwards. */
export function loginPath(path: string): string {
  return path === '/' || path === HOME ? '/login' : `/login?next=${encodeURIComponent(path)}`
}

/** Where to go after logging in. Only a path of ours: a link must not use the login page to lead elsewhere. */
export function returnPath(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? ''
  const isOurs = /^\/(?![/\\])/.test(next) && !next.startsWith('/login')
  return isOurs ? next : HOME
}
