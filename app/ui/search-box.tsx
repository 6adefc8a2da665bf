import { useEffect, useRef, useState } from 'react'
import { Icon } from './icon.tsx'
import { usePageFilter } from './page-filter.tsx'
import styles from './search-box.module.css'
import { useShortcut } from './shortcuts.tsx'

/** Browsers refuse to rewrite the address more than some hundred times in 30 s; a quick typist would get there. */
const SETTLE_MS = 120

/** Narrows the page to what is typed. `/` goes there, Escape empties it and goes back to the page. */
export function SearchBox() {
  const { search, setSearch } = usePageFilter()
  const [text, setText] = useState(search)
  const input = useRef<HTMLInputElement>(null)
  const sent = useRef(search)

  // The address changed from outside, by a link or the back button: it is right.
  useEffect(() => {
    if (search === sent.current) return
    sent.current = search
    setText(search)
  }, [search])

  useEffect(() => {
    if (text === sent.current) return undefined
    const timer = setTimeout(() => {
      sent.current = text
      setSearch(text)
    }, SETTLE_MS)
    return () => clearTimeout(timer)
  }, [text, setSearch])

  useShortcut('/', 'Search', () => {
    // Selecting alone moves the focus in some browsers only.
    input.current?.focus()
    input.current?.select()
  })

  return (
    <label className={styles.search} data-filled={text === '' ? undefined : ''}>
      <Icon name="search" />
      <input
        ref={input}
        type="search"
        aria-label="Search"
        placeholder="Search"
        enterKeyHint="search"
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.preventDefault()
          setText('')
          input.current?.blur()
        }}
      />
      <kbd className={styles.key} aria-hidden="true">
        /
      </kbd>
    </label>
  )
}
