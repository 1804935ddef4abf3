import type { Place } from '../input/text/types.ts';
import type { Migration } from './project.ts';
import type { Target } from './rule.ts';
import type { Operation } from '../model/operations/types.ts';

/** Where a finding stands: its place if it has one, its file, and the operation it is about, if it is about one. */
export interface Location {
  readonly place: Place | undefined;
  readonly path: string;
  readonly operation: Operation | undefined;
}

/** Turns what a rule points at into a place. */
export function locate(target: Target): Location {
  if ('operation' in target) {
    const { operation } = target;
    return atPlace('place' in target ? target.place : operation.at(target.part), operation);
  }
  if ('kind' in target) return atPlace(target.at(), target);
  if ('place' in target) return atPlace(target.place, undefined);
  if ('source' in target) return atPlace({ source: target.source, span: target.span }, undefined);
  if ('file' in target) return { place: undefined, path: target.file, operation: undefined };
  return { place: undefined, path: migrationPath(target), operation: undefined };
}

const atPlace = (place: Place, operation: Operation | undefined): Location => ({
  place,
  path: place.source.path,
  operation,
});

/** The file that stands for a migration as a whole: its forward script if it has one. */
function migrationPath(migration: Migration): string {
  return migration.script?.source.path ?? migration.current?.path ?? migration.path;
}
