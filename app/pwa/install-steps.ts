export interface InstallSteps {
  browser: string
  steps: readonly string[]
}

/**
 * Where the browser at hand keeps it. The user agent is read for words alone: a wrong guess is a wrong sentence and
 * nothing else.
 *
 * @param touchPoints an iPad says it is a Macintosh, and is told by its fingers
 */
export function installSteps(userAgent: string, touchPoints: number): InstallSteps {
  const isIos = /iPhone|iPad|iPod/.test(userAgent) || (userAgent.includes('Macintosh') && touchPoints > 1)
  const isAndroid = userAgent.includes('Android')
  if (isIos)
    return {
      browser: 'iPhone and iPad',
      steps: [
        'Press Share, the square with an arrow that points up.',
        'Choose “Add to Home Screen”.',
        'Press Add. Log in once in the installed app: it keeps its own data.',
      ],
    }
  if (userAgent.includes('Firefox'))
    return isAndroid
      ? {
          browser: 'Firefox for Android',
          steps: ['Open the menu, the three dots.', 'Choose “Add app to Home screen”.', 'Press Add.'],
        }
      : {
          browser: 'Firefox',
          steps: [
            'Firefox on this computer may not install apps. Keep this page as a pinned tab: it starts without a network too.',
            'To have it as an app of its own, open this address in Chrome or Edge and choose “Install” there.',
          ],
        }
  if (/Chrome|Chromium/.test(userAgent))
    return {
      browser: isAndroid ? 'Chrome for Android' : 'Chrome and Edge',
      steps: isAndroid
        ? [
            'Open the menu, the three dots.',
            'Choose “Install app” or “Add to Home screen”.',
            'Press Install.',
          ]
        : [
            'Look for the screen with an arrow at the end of the address line, or open the browser’s menu.',
            'Choose “Install Standpipe”. If it is not there, the app may be installed already.',
          ],
    }
  if (userAgent.includes('Safari') && userAgent.includes('Macintosh'))
    return { browser: 'Safari', steps: ['Open the File menu.', 'Choose “Add to Dock”.', 'Press Add.'] }
  return {
    browser: 'This browser',
    steps: ['Open the browser’s menu.', 'Choose “Install” or “Add to Home screen”, where it has one.'],
  }
}
