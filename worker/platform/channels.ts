import type { Channels } from '../core/platform.ts'

export const channels: Channels = {
  open(name, onMessage) {
    const channel = new BroadcastChannel(name)
    channel.addEventListener('message', (event: MessageEvent<unknown>) => onMessage(event.data))
    return {
      post: (data) => channel.postMessage(data),
      close: () => channel.close(),
    }
  },
}
