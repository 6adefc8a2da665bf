import { useState, useSyncExternalStore } from 'react'
import { InstallDialog } from '../pwa/install-dialog.tsx'
import type { Install } from '../pwa/install.ts'
import { useLocalWrites, useRealtime, useSignedIn } from '../realtime/runtime-provider.tsx'
import { MenuChoice, MenuItem } from '../ui/menu-item.tsx'
import { Menu } from '../ui/menu.tsx'
import { ShortcutList } from '../ui/shortcut-list.tsx'
import { useShortcut } from '../ui/shortcuts.tsx'
import { useDensity, useTheme } from '../ui/theme.ts'
import { initials } from './initials.ts'
import { LogoutDialog } from './logout-dialog.tsx'
import styles from './person-menu.module.css'

const ROLE_NAMES = { owner: 'Owner', manager: 'Manager', staff: 'Staff' }

/** Who is logged in, how they like the app to look, and the way out. */
export function PersonMenu({ install }: { install: Install }) {
  const { runtime } = useRealtime()
  const { user, org } = useSignedIn()
  const hasUnsent = useLocalWrites().length > 0
  const [theme, setTheme] = useTheme()
  const [density, setDensity] = useDensity()
  const [dialog, setDialog] = useState<'shortcuts' | 'install' | 'logout' | null>(null)
  const installWay = useSyncExternalStore(install.subscribe, install.way)
  useShortcut('?', 'All shortcuts', () => setDialog('shortcuts'))

  return (
    <>
      <Menu
        label={user.name}
        testId="person-menu"
        face={
          <span className={styles.initials} aria-hidden="true">
            {initials(user.name)}
          </span>
        }
      >
        <div className={styles.person}>
          <span className={styles.name} dir="auto">
            {user.name}
          </span>
          <span className={styles.role}>
            {ROLE_NAMES[user.role]}, {org.name}
          </span>
        </div>
        <MenuChoice
          label="Theme"
          value={theme}
          onChange={setTheme}
          options={[
            { value: 'system', label: 'System' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
        <MenuChoice
          label="Rows"
          finePointerOnly
          value={density}
          onChange={setDensity}
          options={[
            { value: 'compact', label: 'Compact' },
            { value: 'comfortable', label: 'Comfortable' },
          ]}
        />
        <MenuItem icon="help" onSelect={() => setDialog('shortcuts')}>
          Keyboard shortcuts
        </MenuItem>
        {installWay !== 'installed' && (
          <MenuItem
            icon="install"
            testId="install"
            onSelect={() => (installWay === 'ask' ? install.ask() : setDialog('install'))}
          >
            Install the app
          </MenuItem>
        )}
        <MenuItem
          icon="leave"
          testId="logout"
          onSelect={() => (hasUnsent ? setDialog('logout') : void runtime.calls.logout('this'))}
        >
          Log out
        </MenuItem>
      </Menu>
      {dialog === 'shortcuts' && <ShortcutList onClose={() => setDialog(null)} />}
      {dialog === 'install' && <InstallDialog onClose={() => setDialog(null)} />}
      {dialog === 'logout' && <LogoutDialog onClose={() => setDialog(null)} />}
    </>
  )
}
