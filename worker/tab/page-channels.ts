import type { Channel, Channels } from '../core/platform.ts'
import { channels } from '../platform/channels.ts'

/**
 * Channels of a page. A word on one that is open throws a page out of the back/forward cache (measured, Chromium): each is
 * closed when the page goes, and opened when it comes back.
 *
 * @param missed what a listener is told then in place of all that it did not hear
 */
export function createPageChannels(missed: unknown): Channels {
  return {
    open(name, onMessage): Channel {
      const controller = new AbortController()
      const { signal } = controller
      let channel: Channel | null = channels.open(name, onMessage)

      function rest(): void {
        channel?.close()
        channel = null
      }

      function wake(): void {
        channel ??= channels.open(name, onMessage)
        onMessage(missed)
      }

      addEventListener('pagehide', rest, { signal })
      document.addEventListener('freeze', rest, { signal })
      document.addEventListener('resume', wake, { signal })
      addEventListener('pageshow', (event) => event.persisted && wake(), { signal })
      return {
        post: (data) => channel?.post(data),
        close() {
          controller.abort()
          rest()
        },
      }
    },
  }
}
