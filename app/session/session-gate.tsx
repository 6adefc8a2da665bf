import { Fragment, useEffect, useRef, type ReactNode } from 'react'
import { Redirect, useLocation, useSearch } from 'wouter'
import { useSession, useStatus } from '../realtime/runtime-provider.tsx'
import { loginPath, returnPath } from './return-path.ts'
import { Starting } from './starting.tsx'
import { useForgetPerson } from './use-forget-person.ts'

/**
 * Leads whoever is not logged in to the login page and back afterwards. The end of a session in any tab comes in here as
 * no session, and so every tab ends up there.
 */
export function SessionGate({ login, children }: { login: ReactNode; children: ReactNode }) {
  const session = useSession()
  const { reason } = useStatus()
  const [path] = useLocation()
  const search = useSearch()
  const hadSession = useRef(false)
  useEffect(() => {
    if (session) hadSession.current = true
  }, [session])
  const isLogin = path === '/login'
  const person = session && `${session.org.id} ${session.user.id}`
  useForgetPerson(person)

  if (session === undefined) return <Starting frame={!isLogin} stuck={reason === 'no_runtime'} />
  if (session === null) {
    return isLogin ? login : <ToLogin hadSession={hadSession} from={search ? `${path}?${search}` : path} />
  }
  if (isLogin) return <Redirect to={returnPath(search)} replace />
  // Another person gets a page of their own: nothing typed into or said by the last one's is left in it.
  return <Fragment key={person}>{children}</Fragment>
}

/** Who opened a page without a session comes back to it; after a logout, whoever is next begins at the beginning. */
function ToLogin({ hadSession, from }: { hadSession: { current: boolean }; from: string }) {
  const [, navigate] = useLocation()
  useEffect(() => {
    navigate(hadSession.current ? '/login' : loginPath(from), { replace: true })
  }, [navigate, hadSession, from])
  return null
}
