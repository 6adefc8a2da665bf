/** What a server under test says of a request whose `Authorization` is there and holds no token. */
export const BAD_AUTHORIZATION = '[Request][bad authorization]'

const TOKEN_FORM = /^Bearer [\w-]+\.[\w-]+\.[\w-]+$/

/** No header at all is right; an empty one, `Bearer` alone or `Bearer undefined` is what a verifier calls "jwt malformed". */
export function isWellFormed(authorization: string | undefined): boolean {
  return authorization === undefined || TOKEN_FORM.test(authorization)
}
