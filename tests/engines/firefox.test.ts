import { launchRealFirefox } from '../support/real-firefox.ts'
import { describeEngine } from './scenarios.ts'

describeEngine(launchRealFirefox)
