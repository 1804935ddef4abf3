/** Tools for authors of rules and plugins. */
export { RuleTester, lintExample, type TestFunction } from './rule-tester.ts';
