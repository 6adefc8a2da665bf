import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { useSession } from '../realtime/runtime-provider.tsx'

export interface PageFilter {
  /** The one property the reader looks at; undefined for all of theirs. */
  propertyId: string | undefined
  setPropertyId: (propertyId: string | undefined) => void
  search: string
  setSearch: (search: string) => void
}

/** `params` with one value set, or without it when there is none: an address holds only what differs from the default. */
export function withParam(params: URLSearchParams, name: string, value: string | undefined): URLSearchParams {
  const next = new URLSearchParams(params)
  if (value) next.set(name, value)
  else next.delete(name)
  return next
}

/**
 * What every page narrows by, kept in the address (`?property=…&q=…`), so that a reload, a bookmark and the back button
 * mean what they say. A new property is a step one can go back from; a search is typed, so it replaces the address.
 */
export function usePageFilter(): PageFilter {
  const [params, setParams] = useSearchParams()
  const properties = useSession()?.properties
  const asked = params.get('property') ?? undefined
  // An address may come from somebody else, or from before a property was taken away.
  const propertyId = properties?.some(({ id }) => id === asked) ? asked : undefined
  const search = params.get('q') ?? ''
  const setPropertyId = useCallback(
    (value: string | undefined) => setParams((now) => withParam(now, 'property', value)),
    [setParams],
  )
  const setSearch = useCallback(
    (value: string) => setParams((now) => withParam(now, 'q', value), { replace: true }),
    [setParams],
  )
  return useMemo(
    () => ({ propertyId, setPropertyId, search, setSearch }),
    [propertyId, setPropertyId, search, setSearch],
  )
}
