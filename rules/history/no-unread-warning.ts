import { defineRule, unansweredWarnings } from 'migration-lint';

const COLUMN =
  'You are about to drop the column `fax` on the `User` table. All the data in the column will be lost.';
const REQUIRED =
  'Added the required column `plan` to the `User` table without a default value. This is not possible if the table is not empty.';

export default defineRule({
  meta: {
    name: 'no-unread-warning',
    summary: 'Disallow Prisma’s warnings at the head of a migration without an answer to each',
    rationale:
      'Where `prisma migrate dev` sees that a migration destroys data or can fail on rows that are there, it writes that into the ' +
      'file, and then everybody scrolls past it. A line under each point that says why it is all right shows that somebody has ' +
      'read it.',
    instead:
      'Answer each point on a line of its own, or delete it once what it warns of is mended:\n\n```sql\n/*\n  Warnings:\n\n  - You are about to drop the column `fax` on the `User` table. All the data in the column will be lost.\n    -> nobody has read it since May; a copy is in user_fax_2024\n*/\n```',
    whenNotToUse: 'Where pull requests hold the answers.',
    policy: ['BF7'],
    presets: ['strict'],
    severity: 'warning',
    messages: {
      unread: {
        what: 'Prisma warns of {{count}} in {{migration}}, and nobody has answered: {{warnings}}.',
        help: 'Write under each point, inside the comment, why it is all right; or change the migration, and delete the point.',
      },
    },
    examples: {
      bad: [
        {
          title: 'as Prisma wrote it',
          history: ['CREATE TABLE "User" (id int PRIMARY KEY, fax text);'],
          sql: `/*\n  Warnings:\n\n  - ${COLUMN}\n\n*/\n-- AlterTable\nALTER TABLE "User" DROP COLUMN "fax";`,
          reports: ['unread'],
        },
        {
          title: 'one of two points answered',
          history: ['CREATE TABLE "User" (id int PRIMARY KEY, fax text);'],
          sql: `/*\n  Warnings:\n\n  - ${COLUMN}\n    -> empty since May\n  - ${REQUIRED}\n\n*/\nALTER TABLE "User" DROP COLUMN "fax", ADD COLUMN "plan" text NOT NULL;`,
          reports: ['unread'],
        },
      ],
      good: [
        {
          title: 'an answer under the point',
          history: ['CREATE TABLE "User" (id int PRIMARY KEY, fax text);'],
          sql: `/*\n  Warnings:\n\n  - ${COLUMN}\n    -> nobody has read it since May; a copy is in user_fax_2024\n\n*/\nALTER TABLE "User" DROP COLUMN "fax";`,
        },
        {
          title: 'a comment of the team’s that speaks of warnings',
          history: ['CREATE TABLE "User" (id int PRIMARY KEY, fax text);'],
          sql: '/* Warnings: none. */\n-- Warnings: - none\nALTER TABLE "User" DROP COLUMN "fax";',
        },
      ],
    },
  },
  on: {
    Migration({ id, script }, { report }) {
      const warnings = script && unansweredWarnings(script);
      if (warnings === undefined) return;
      const { place, points } = warnings;
      const count = points.length === 1 ? '1 thing' : `${points.length} things`;
      const shown = points.slice(0, points.length <= 3 ? 3 : 2).map((point) => point.replace(/\.$/, ''));
      const more = points.length > shown.length ? [`${points.length - shown.length} more`] : [];
      const data = { migration: id, count, warnings: [...shown, ...more].join('; ') };
      report({ messageId: 'unread', at: place, data });
    },
  },
});
