import { launchRealWebKit } from '../support/real-webkit.ts'
import { describeEngine } from './scenarios.ts'

describeEngine(launchRealWebKit)
