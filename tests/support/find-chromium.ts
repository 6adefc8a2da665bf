import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright-core'

const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']
const MAC_PATHS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

export interface FoundChromium {
  executablePath: string
  /** Which of the four places it came from: said when a run starts, so that a surprise is explained. */
  source: 'CHROMIUM_PATH' | 'system' | 'playwright' | 'npm'
}

/**
 * A Chromium to test with: `CHROMIUM_PATH`, one of the system, one Playwright already has, else the one that came with
 * the install as a package. Throws when there is none: a missing browser is never a silent skip.
 */
export async function findChromium(): Promise<FoundChromium> {
  const named = process.env.CHROMIUM_PATH
  if (named) {
    if (!isExecutable(named)) throw new Error(`CHROMIUM_PATH is ${named}, which is not an executable file.`)
    return { executablePath: named, source: 'CHROMIUM_PATH' }
  }
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((dir) => SYSTEM_NAMES.map((name) => join(dir, name)))
  const system = [...onPath, ...MAC_PATHS].find(isExecutable)
  if (system) return { executablePath: system, source: 'system' }
  const downloaded = chromium.executablePath()
  if (downloaded && isExecutable(downloaded)) return { executablePath: downloaded, source: 'playwright' }
  return { executablePath: await packagedChromium(), source: 'npm' }
}

/** The package unpacks its own system libraries only where it believes to run on a bare cloud image. */
async function packagedChromium(): Promise<string> {
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs20.x'
  const { default: packaged } = await import('@sparticuz/chromium')
  return packaged.executablePath()
}

function isExecutable(path: string): boolean {
  if (!existsSync(path)) return false
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
