import { useState, type ReactNode } from 'react'
import type { Install } from '../pwa/install.ts'
import type { Updates } from '../pwa/updates.ts'
import { InspectorPanel } from '../inspector/inspector-panel.tsx'
import { useSignedIn } from '../realtime/runtime-provider.tsx'
import { PropertyFilter } from '../ui/property-filter.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import { useShortcut } from '../ui/shortcuts.tsx'
import { BannerSlot } from './banner-slot.tsx'
import { MainNav } from './main-nav.tsx'
import { useOutboxSigns } from './outbox-signs.ts'
import { PageHeading } from './page-heading.tsx'
import { PersonMenu } from './person-menu.tsx'
import { StatusLight } from './status-light.tsx'
import styles from './shell.module.css'

/** The frame around every page of somebody logged in. `filters`: the page is about properties and can be searched. */
export function Shell(props: {
  title: string
  filters: boolean
  updates: Updates
  install: Install
  children: ReactNode
}) {
  const { org } = useSignedIn()
  const [isInspecting, setInspecting] = useState(false)
  useOutboxSigns()
  useShortcut('i', 'Connection inspector', () => setInspecting((now) => !now))
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <MainNav />
      <header className={styles.top}>
        <span className={styles.org} dir="auto" title={org.name}>
          {org.name}
        </span>
        {props.filters ? (
          <>
            <PropertyFilter />
            <SearchBox />
          </>
        ) : null}
        <span className={styles.space} />
        <StatusLight onInspect={() => setInspecting((now) => !now)} />
        <PersonMenu install={props.install} />
      </header>
      <main className={styles.main} id="main">
        <div className={styles.line}>
          <PageHeading title={props.title} />
          <BannerSlot updates={props.updates} />
        </div>
        <div className={styles.page}>{props.children}</div>
      </main>
      {isInspecting && <InspectorPanel onClose={() => setInspecting(false)} />}
    </div>
  )
}
