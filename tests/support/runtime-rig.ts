import { createRuntime, type CoreRuntime, type TabConnection } from '../../worker/core/runtime.ts'
import type { Http } from '../../worker/core/platform.ts'
import type { Host, Inspection, RuntimeFrame, RuntimeStatus, TabFrame } from '../../worker/wire/port.ts'
import type { BrowserProfile } from './browser-profile.ts'
import type { VirtualClock } from './virtual-clock.ts'
import { createVirtualPlatform, type VirtualPlatform } from './virtual-platform.ts'

type FrameOf<T extends RuntimeFrame['t']> = Extract<RuntimeFrame, { t: T }>

/** A tab without a page: keeps what it is sent and acknowledges it, unless it is frozen. */
export interface TestTab {
  frames: RuntimeFrame[]
  of<T extends RuntimeFrame['t']>(t: T): FrameOf<T>[]
  status(): RuntimeStatus | undefined
  send(frame: TabFrame): void
  /** From now on nothing is acknowledged. */
  freeze(): void
  close: TabConnection['close']
}

export interface RuntimeRig {
  runtime: CoreRuntime
  platform: VirtualPlatform
  openTab(tabId: string, parts?: Partial<Extract<TabFrame, { t: 'attach' }>>): TestTab
  inspect(): Promise<Inspection>
}

/** One runtime of the real core in a virtual world. */
export function createRuntimeRig(options: {
  http: Http
  instanceId?: string
  host?: Host
  time?: VirtualClock
  profile?: BrowserProfile
}): RuntimeRig {
  const { instanceId = 'r1', host = 'shared-worker' } = options
  const platform = createVirtualPlatform(options)
  const runtime = createRuntime({ platform, build: 'test', host, instanceId })

  return {
    runtime,
    platform,
    async inspect() {
      const result = await runtime.calls.inspect()
      if (!result.ok) throw new Error(result.code)
      return result.value
    },
    openTab(tabId, parts = {}) {
      const frames: RuntimeFrame[] = []
      let frozen = false
      const connection = runtime.connect((frame) => {
        frames.push(frame)
        if (!frozen && (frame.t === 'batch' || frame.t === 'resync'))
          connection.receive({ t: 'ack', seq: frame.seq })
      })
      connection.receive({
        t: 'attach',
        tabId,
        lock: `lock of ${tabId}`,
        build: 'test',
        deploy: 0,
        resumeFrom: null,
        visible: true,
        online: true,
        wants: {},
        ...parts,
      })
      const of = <T extends RuntimeFrame['t']>(t: T) =>
        frames.filter((frame): frame is FrameOf<T> => frame.t === t)
      return {
        frames,
        of,
        status: () => lastStatus(frames),
        send: (frame) => connection.receive(frame),
        freeze() {
          frozen = true
        },
        close: () => connection.close(),
      }
    },
  }
}

function lastStatus(frames: readonly RuntimeFrame[]): RuntimeStatus | undefined {
  return frames.findLast((frame) => frame.t === 'status' || frame.t === 'attached')?.status
}
