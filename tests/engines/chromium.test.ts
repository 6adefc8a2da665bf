import { launchRealChromium } from '../support/real-chromium.ts'
import { describeEngine } from './scenarios.ts'

describeEngine(launchRealChromium)
