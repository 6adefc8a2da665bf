import { HEADER } from '../../worker/wire/headers.ts'
import type { Endpoint } from './endpoint.ts'

const OURS = [HEADER.client]

export const SESSION_ENDPOINTS: readonly Endpoint[] = [
  {
    method: 'post',
    path: '/auth/login',
    does: 'Signs in. Sets the refresh cookie and ends the session whose cookie it takes the place of.',
    access: 'anybody',
    parameters: OURS,
    body: 'LoginRequest',
    answers: { 200: { says: 'Who is signed in, and their first access token.', schema: 'LoginAnswer' } },
    problems: ['bad_credentials', 'user_disabled', 'bad_origin', 'rate_limited'],
  },
  {
    method: 'post',
    path: '/auth/refresh',
    does: 'A new access token for the session of the cookie. Sets the next cookie.',
    access: 'page',
    parameters: OURS,
    body: 'RefreshRequest',
    answers: { 200: { says: 'The token.', schema: 'RefreshAnswer' } },
    problems: [
      'session_revoked',
      'session_expired',
      'refresh_reused',
      'refresh_invalid',
      'user_disabled',
      'bad_origin',
      'session_mismatch',
    ],
  },
  {
    method: 'post',
    path: '/auth/logout',
    does: 'Ends the session that a cookie or a token proves, or all of its user; held polls end at once.',
    access: 'page',
    parameters: OURS,
    body: 'LogoutRequest',
    answers: { 204: { says: 'Over, also when it was before.' } },
    problems: ['bad_origin'],
  },
  {
    method: 'get',
    path: '/auth/me',
    does: 'Whom the token speaks for.',
    access: 'token',
    answers: { 200: { says: 'User, organisation, properties and session.', schema: 'MeAnswer' } },
  },
  {
    method: 'get',
    path: '/auth/sessions',
    does: 'Devices the user is signed in on.',
    access: 'token',
    answers: { 200: { says: 'Open sessions, the last used first.', schema: 'SessionsAnswer' } },
  },
  {
    method: 'delete',
    path: '/auth/sessions/{sh}',
    does: 'Signs one of them out.',
    access: 'token',
    parameters: ['sh'],
    answers: { 204: { says: 'Its tokens are refused from now on.' } },
    problems: ['not_found'],
  },
  {
    method: 'get',
    path: '/auth/audit',
    does: 'How sessions of the organisation ended.',
    access: 'token',
    role: 'owner',
    answers: { 200: { says: 'Newest first.', schema: 'AuditAnswer' } },
    problems: ['forbidden'],
  },
  {
    method: 'get',
    path: '/api/people',
    does: 'Names of the organisation’s users.',
    access: 'token',
    answers: { 200: { says: 'Without an address of anybody.', schema: 'PeopleAnswer' } },
  },
]
