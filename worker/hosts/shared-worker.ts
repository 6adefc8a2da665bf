import { HELLO, HOST_LOCK } from '../wire/port.ts'
import { createRuntime } from '../core/runtime.ts'
import type { Host } from '../wire/port.ts'
import { createBrowserPlatform } from '../platform/browser-platform.ts'
