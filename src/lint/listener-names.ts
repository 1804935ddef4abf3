import { operationKinds } from '../model/operations/kinds.ts';
import type { SubjectOf } from './rule.ts';

// A record, so that a subject that is added, removed or misspelt fails to compile here.
const subjects: Readonly<Record<keyof SubjectOf, true>> = {
  Operation: true,
  Statement: true,
  Loop: true,
  Transaction: true,
  Migration: true,
  Rollback: true,
  Expand: true,
  Contract: true,
  Deploy: true,
  Project: true,
  Problem: true,
  Directive: true,
};

/** Everything that a rule can listen to: the kinds of operations, and what is no operation. */
export const listenerNames: readonly string[] = [...operationKinds, ...Object.keys(subjects)];
