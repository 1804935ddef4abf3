import type { ClassReason, Graded, MigrationClass } from '../model/history/migration-class.ts';
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

/**
 * What of a migration's class one wants to know before reading its findings: `breaking · data loss: high · not reversible ·
 * code first`.
 *
 * @returns empty for a migration that neither breaks, loses nor blocks anything.
 */
export function classLine(found: MigrationClass | undefined): string {
  if (found === undefined) return '';
  const { dataLoss, downtime, order } = found;
  const breaks = found.compatibility === 'breaking';
  const parts = [
    breaks ? 'breaking' : '',
    dataLoss.value === 'low' ? '' : `data loss: ${dataLoss.value}`,
    REVERSIBLE[found.reversible.value],
    downtime.length === 'grows with the table' ? `blocks ${downtime.blocks} while it runs` : '',
    breaks ? ORDER[order.value] : '',
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
