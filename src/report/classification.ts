import type { ClassReason, Graded, MigrationClass } from '../model/history/migration-class.ts';
import { isRollbackProven, type MigrationProof } from '../lint/proofs.ts';
import { regionOf } from './region.ts';

/** A migration's class in JSON; null for a migration that has none. */
export function classificationObject(found: MigrationClass | undefined): object | null {
  if (found === undefined) return null;
  const { downtime } = found;
  return {
    class: gradedObject(found.class),
    compatibility: found.compatibility,
    phase: gradedObject(found.phase),
    dataLoss: gradedObject(found.dataLoss),
    reversible: gradedObject(found.reversible),
    downtime: {
      blocks: downtime.blocks,
      length: downtime.length,
      reasons: downtime.reasons.map(reasonObject),
    },
    order: gradedObject(found.order),
    unread: found.unread.map(reasonObject),
  };
}

const gradedObject = ({ value, reasons }: Graded<string>): object => ({
  value,
  reasons: reasons.map(reasonObject),
});

function reasonObject({ kind, place, text }: ClassReason): object {
  return { operation: kind, text, path: place.source.path, line: regionOf(place).line };
}

/** A recorded proof in JSON; null for a migration that has none. */
export function proofObject(proof: MigrationProof | undefined): object | null {
  if (proof === undefined) return null;
  const { state, engine, date, proven } = proof;
  return { state, engine, date, proven };
}

/**
 * What of a migration's class one wants to know before reading its findings: `breaking · data loss: high · not reversible ·
 * code first`.
 *
 * @param proof what was recorded of it: a rollback that is proven is said.
 * @returns empty for a migration that neither breaks, loses nor blocks anything, and of which nothing is proven.
 */
export function classLine(found: MigrationClass | undefined, proof?: MigrationProof): string {
  const proven = isRollbackProven(proof) ? `rollback proven on ${proof?.engine ?? ''}` : '';
  if (found === undefined) return proven;
  const { dataLoss, downtime, order } = found;
  const breaks = found.compatibility === 'breaking';
  const parts = [
    breaks ? 'breaking' : '',
    dataLoss.value === 'low' ? '' : `data loss: ${dataLoss.value}`,
    REVERSIBLE[found.reversible.value],
    downtime.length === 'grows with the table' ? `blocks ${downtime.blocks} while it runs` : '',
    breaks ? ORDER[order.value] : '',
    proven,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

const REVERSIBLE: Readonly<Record<MigrationClass['reversible']['value'], string>> = {
  yes: '',
  'with data loss': 'reversible with data loss',
  no: 'not reversible',
};

const ORDER: Readonly<Record<MigrationClass['order']['value'], string>> = {
  either: '',
  'schema first': 'schema first',
  'code first': 'code first',
  neither: 'no safe order with the code',
};
