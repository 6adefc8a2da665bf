import { spawnSync } from 'node:child_process'
import { accessSync, constants, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const INSTALL_WITHIN_MS = 300_000

export interface Engines {
  firefox: string
  webKitDriver: string
  miniBrowser: string
  xvfb: string
}

/** Each program, the Debian package it comes in, and where it is; null where it is missing. */
const PROGRAMS: Record<keyof Engines, { aptPackage: string; find: () => string | null }> = {
  firefox: {
    aptPackage: 'firefox-esr',
    find: () => process.env.FIREFOX_PATH || onPath('firefox-esr') || onPath('firefox'),
  },
  webKitDriver: { aptPackage: 'webkit2gtk-driver', find: () => onPath('WebKitWebDriver') },
  miniBrowser: { aptPackage: 'webkit2gtk-driver', find: findMiniBrowser },
  xvfb: { aptPackage: 'xvfb', find: () => onPath('Xvfb') },
}

/** Throws one sentence that names what is missing and how to get it: an engine that is not there is never a silent skip. */
export function findEngines(): Engines {
  const missing = missingPackages()
  if (missing.length > 0)
    throw new Error(`Engines are missing: install them with "apt-get install ${missing.join(' ')}" as root.`)
  const found = Object.entries(PROGRAMS).map(([name, { find }]) => [name, find()])
  return Object.fromEntries(found) as Engines
}

/** Installs what is missing, where we are allowed to; says nothing when that fails, for `findEngines` does. */
export function installEngines(): void {
  const missing = missingPackages()
  if (missing.length === 0 || process.getuid?.() !== 0 || onPath('apt-get') === null) return
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...missing]])
    spawnSync('apt-get', ['-qq', ...args], { env, stdio: 'ignore', timeout: INSTALL_WITHIN_MS })
}

function missingPackages(): string[] {
  const missing = Object.values(PROGRAMS).filter(({ find }) => find() === null)
  return [...new Set(missing.map(({ aptPackage }) => aptPackage))]
}

/** Debian keeps it in a folder of the architecture and of the interface's version. */
function findMiniBrowser(): string | null {
  for (const arch of foldersIn('/usr/lib'))
    for (const version of foldersIn(join('/usr/lib', arch)).filter((name) =>
      name.startsWith('webkit2gtk-4'),
    )) {
      const file = join('/usr/lib', arch, version, 'MiniBrowser')
      if (isExecutable(file)) return file
    }
  return null
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // No folder at all: a file, or another system.
    return []
  }
}

function onPath(name: string): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
