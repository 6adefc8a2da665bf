import { useState } from 'react'
import { openedOf, type LastOpened, type Opened } from './opened.ts'

/** `openedOf`, with the memory it needs. */
export function useOpened(
  id: string | null,
  lists: Parameters<typeof openedOf>[1],
  filter: unknown,
): Opened | null {
  const [last, setLast] = useState<LastOpened>({ view: null, filter })
  const opened = openedOf(id, lists, last, filter)
  const view = opened?.view ?? null
  if (view !== last.view || filter !== last.filter) setLast({ view, filter })
  return opened
}
