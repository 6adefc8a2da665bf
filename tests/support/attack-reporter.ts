import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** The list of attacks with what became of each, by chapter of the OWASP Application Security Verification Standard 4.0. */
export default class AttackReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const attacks = modules.flatMap((module) => [...module.children.allTests()]).toSorted(byNumber)
    for (const attack of attacks) {
      const { state } = attack.result()
      process.stdout.write(`${state === 'passed' ? 'held  ' : 'FAILED'}  ${attack.name}\n`)
    }
    const held = attacks.filter((attack) => attack.result().state === 'passed').length
    const broken = modules.filter((module) => module.errors().length > 0)
    for (const module of broken) process.stdout.write(`FAILED  ${module.moduleId} could not be read\n`)
    process.stdout.write(`${held} held, ${attacks.length - held + broken.length} failed\n`)
  }
}

function byNumber(one: TestCase, other: TestCase): number {
  return one.name.localeCompare(other.name, 'en', { numeric: true })
}
