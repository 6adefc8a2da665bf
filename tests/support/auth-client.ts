import { expect } from 'vitest'
import { TEST_ORIGIN, type TestRequest, type TestServer } from './server.ts'

/** What a page of ours sends to the endpoints that ride on the cookie. */
export const OURS = { 'Rt-Client': '1', Origin: TEST_ORIGIN }

/** By what a session is ended where no request is at hand. */
export const BY_TEST = { requestId: 'a-request', address: 'an address' }

export interface AuthClient {
  /** From a page of ours, unless `more.headers` says otherwise. */
  post(
    path: string,
    json: unknown,
    more?: Pick<TestRequest, 'headers' | 'cookie' | 'token'>,
  ): Promise<Response>
  refresh(sh: string, cookie: string): Promise<Response>
  signIn(email: string, password: string): Promise<Response>
  me(token: string): Promise<Response>
}

export function createAuthClient(server: TestServer): AuthClient {
  const post: AuthClient['post'] = (path, json, { headers = OURS, ...more } = {}) =>
    server.request(path, { method: 'POST', json, headers, ...more })

  return {
    post,
    refresh: (sh, cookie) => post('/auth/refresh', { sh }, { cookie }),
    signIn: (email, password) => post('/auth/login', { email, password }),
    me: (token) => server.request('/auth/me', { token }),
  }
}

/** `status code` of an error, after a look at its form. */
export async function problemOf(reply: Response): Promise<string> {
  expect(reply.headers.get('content-type')).toBe('application/problem+json')
  const { code, status } = (await reply.json()) as { code: string; status: number }
  expect(status).toBe(reply.status)
  return `${status} ${code}`
}
