// A made-up Prisma history whose shape is that of real ones: sizes, kinds of statements, share of hand-written SQL.

/** A small deterministic random number generator (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const WORDS =
  'account invoice order item price event member team project token label status review message plan usage'.split(
    ' ',
  );
const TYPES = [
  'TEXT',
  'INTEGER',
  'BOOLEAN',
  'TIMESTAMP(3)',
  'JSONB',
  'BIGINT',
  'DOUBLE PRECISION',
  'VARCHAR(120)',
];

/**
 * @param {number} count number of migrations
 * @returns {{ id: string, sql: string }[]} in order
 */
export function makeHistory(count, seed = 1) {
  const random = randomFrom(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const pascal = (word) => word[0].toUpperCase() + word.slice(1);
  /** @type {{ name: string, columns: string[] }[]} */
  const tables = [];
  let serial = 0;
  const fresh = (word) => `${word}${(serial++).toString(36)}`;

  const createTable = () => {
    const name = pascal(fresh(pick(WORDS)));
    const columns = Array.from({ length: 4 + Math.floor(random() * 10) }, () => fresh(pick(WORDS)));
    const lines = columns.map(
      (column) => `    "${column}" ${pick(TYPES)}${random() < 0.6 ? ' NOT NULL' : ''},`,
    );
    const target = tables.length > 0 ? pick(tables) : undefined;
    tables.push({ name, columns });
    const table = `-- CreateTable\nCREATE TABLE "${name}" (\n    "id" TEXT NOT NULL,\n    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,\n${lines.join('\n')}\n    "parentId" TEXT,\n\n    CONSTRAINT "${name}_pkey" PRIMARY KEY ("id")\n);`;
    const index = `-- CreateIndex\nCREATE INDEX "${name}_${columns[0]}_idx" ON "${name}"("${columns[0]}");`;
    const key =
      target &&
      `-- AddForeignKey\nALTER TABLE "${name}" ADD CONSTRAINT "${name}_parentId_fkey" FOREIGN KEY ("parentId") REFERENCES "${target.name}"("id") ON DELETE CASCADE ON UPDATE CASCADE;`;
    return [table, index, key].filter(Boolean).join('\n\n');
  };
  const addColumns = () => {
    const table = pick(tables);
    const added = Array.from({ length: 1 + Math.floor(random() * 3) }, () => fresh(pick(WORDS)));
    table.columns.push(...added);
    const actions = added.map((column) => `ADD COLUMN     "${column}" ${pick(TYPES)}`);
    return `-- AlterTable\nALTER TABLE "${table.name}" ${actions.join(',\n')};`;
  };
  const createIndex = () => {
    const table = pick(tables);
    const column = pick(table.columns);
    const unique = random() < 0.2 ? 'UNIQUE ' : '';
    return `-- CreateIndex\nCREATE ${unique}INDEX "${table.name}_${column}_${fresh('k')}" ON "${table.name}"("${column}");`;
  };
  const dropColumn = () => {
    const table = pick(tables);
    if (table.columns.length < 3) return addColumns();
    return `-- AlterTable\nALTER TABLE "${table.name}" DROP COLUMN "${table.columns.pop()}";`;
  };
  const update = () => {
    const table = pick(tables);
    const column = pick(table.columns);
    return `UPDATE "${table.name}" SET "${column}" = NULL WHERE "${column}" IS NOT NULL;`;
  };

  return Array.from({ length: count }, (_, number) => {
    const parts = [];
    const size = random() < 0.7 ? 1 : 1 + Math.floor(random() * 8);
    for (let part = 0; part < size; part++) {
      const dice = random();
      if (tables.length < 3 || dice < 0.3) parts.push(createTable());
      else if (dice < 0.65) parts.push(addColumns());
      else if (dice < 0.85) parts.push(createIndex());
      else if (dice < 0.94) parts.push(dropColumn());
      else parts.push(update());
    }
    const version = String(20200101000000 + number * 101);
    return { id: `${version}_${fresh('change_')}`, sql: `${parts.join('\n\n')}\n` };
  });
}
