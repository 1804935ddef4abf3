import type { Database } from '../../support/pglite.ts';

/** So many passes and no more: a loop over at most 108 rows that is not done then never ends. */
const PASSES = 130;

/**
 * Runs a DO block with a guard in each of its loops, which raises an error after some passes.
 *
 * @param body what stands between BEGIN and END; each loop begins with the word LOOP at the end of a line.
 * @returns `ends` or `endless`, or the SQLSTATE of another error.
 */
export async function runLoop(database: Database, declarations: string, body: string): Promise<string> {
  const guard = `guard_passes := guard_passes + 1; IF guard_passes > ${PASSES} THEN RAISE EXCEPTION 'endless' USING ERRCODE = 'XXEND'; END IF;`;
  const guarded = body.replaceAll(/\bLOOP$/gm, `LOOP ${guard}`);
  if (guarded === body) throw new Error(`no loop in ${body}`);
  try {
    await database.exec(`DO $$ DECLARE guard_passes int := 0; ${declarations} BEGIN ${guarded} END $$`);
    return 'ends';
  } catch (error) {
    const { code } = error as { code?: string };
    return code === 'XXEND' ? 'endless' : (code ?? String(error));
  }
}
