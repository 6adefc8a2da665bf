/** Hosts that mean "every address" are no place to point a browser at. */
const EVERYWHERE = new Set(['0.0.0.0', '::', ''])

export function urlOf(host: string, port: number): string {
  const name = EVERYWHERE.has(host) ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`
}

/** The one line for a person at a terminal; the URL stands between spaces, so that terminals and scripts can pick it out. */
export function readyLine(url: string, withDemo: boolean): string {
  const logins = ' — sign in as owner@acme.test or owner@globex.test, password standpipe-demo'
  return `Standpipe is ready: ${url}${withDemo ? logins : ''}`
}
