/** Tools for authors of rules and plugins. */
export { lintExample } from './lint-example.ts';
export { RuleTester, type TestFunction } from './rule-tester.ts';
