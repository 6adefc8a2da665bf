import { describe, expect, it, vi } from 'vitest'
import { createInstall } from '../../app/pwa/install.ts'
import { installSteps } from '../../app/pwa/install-steps.ts'

function page(isStandalone = false) {
  return Object.assign(new EventTarget(), {
    matchMedia: (query: string) =>
      ({ matches: isStandalone && query === '(display-mode: standalone)' }) as MediaQueryList,
  })
}

function offer() {
  const event = new Event('beforeinstallprompt', { cancelable: true })
  return Object.assign(event, { prompt: vi.fn(() => Promise.resolve({ outcome: 'dismissed' })) })
}

describe('installing', () => {
  it('is told in steps until the browser offers to ask, and the offer does not come over the page', () => {
    const window = page()
    const install = createInstall(window)
    expect(install.way()).toBe('steps')
    const event = offer()
    window.dispatchEvent(event)
    expect([install.way(), event.defaultPrevented]).toEqual(['ask', true])
  })

  it('an offer is good for one question', () => {
    const window = page()
    const install = createInstall(window)
    const event = offer()
    window.dispatchEvent(event)
    install.ask()
    install.ask()
    expect(event.prompt).toHaveBeenCalledTimes(1)
    expect(install.way()).toBe('steps')
  })

  it('is over once the app is installed, and was never open in an installed one', () => {
    const window = page()
    const install = createInstall(window)
    const told = vi.fn()
    install.subscribe(told)
    window.dispatchEvent(new Event('appinstalled'))
    expect([install.way(), told.mock.calls.length]).toEqual(['installed', 1])
    expect(createInstall(page(true) as unknown as Window).way()).toBe('installed')
  })
})

describe('steps', () => {
  const MAC =
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15'
  it.each([
    [
      'an iPhone',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1',
      5,
      /Add to Home Screen/,
    ],
    ['Chrome on an iPhone', 'Mozilla/5.0 (iPhone) CriOS/130 Safari/604.1', 5, /Add to Home Screen/],
    ['an iPad that says it is a Mac', MAC, 5, /Add to Home Screen/],
    ['Safari on a Mac', MAC, 0, /Add to Dock/],
    [
      'Firefox on Android',
      'Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0',
      5,
      /three dots/,
    ],
    ['Firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0', 0, /pinned tab/],
    [
      'Chrome on Android',
      'Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile Safari/537.36',
      5,
      /Install app/,
    ],
    ['Chrome', 'Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36', 0, /Install Standpipe/],
    ['anything else', 'Something', 0, /menu/],
  ])('fit %s', (_, userAgent, touchPoints, words) => {
    expect(installSteps(userAgent, touchPoints).steps.join(' ')).toMatch(words)
  })
})
