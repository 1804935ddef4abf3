import { loadParser } from '../src/input/sql/parser.ts';
import { runnerOf } from '../src/input/runners/runner-of.ts';
import { lintProject } from '../src/lint/run.ts';
import { findAll, readSource } from '../src/node/run-projects.ts';
import { Replay } from '../src/lint/replay.ts';
import { firstRefusal } from '../src/model/rollback/first-refusal.ts';
import { shortcomingsOf } from '../src/model/rollback/shortcomings.ts';
import { differenceWords } from '../src/model/catalog/difference-words.ts';
import { sqlForm } from '../src/model/catalog/differences/written-forms.ts';
await loadParser();
const [folder, id, fn] = process.argv.slice(2);
const request = { cwd: folder!, all: true };
const { workspace, selection, selected } = await findAll(request);
for (const project of selected) {
  const source = readSource({ workspace, request, selection, project });
  const replay = new Replay({ postgresVersion: 18, runner: runnerOf(workspace.tree, project.found, {}) });
  for (const m of source.migrations) {
    if (!m.id.includes(id!)) { replay.fold(m); continue; }
    const { migration, steps } = replay.judge(m);
    const o = migration.rollbackOutcome;
    console.log(m.id, 'refusal of forward', JSON.stringify(firstRefusal(steps, migration.catalogBefore)));
    console.log('lastUnseen before/after', migration.catalogBefore.lastUnseen, migration.catalogAfter.lastUnseen, 'index', migration.index);
    if (o) { console.log({complete:o.complete, seen:o.seen, raises:o.raises}); for (const s of o.steps) if (s.refusal) console.log(s.operation.kind, JSON.stringify(s.refusal));
      console.log('short', o.shortcomings.map(differenceWords)); console.log(JSON.stringify(shortcomingsOf(o, migration).notUndone.map(differenceWords)), JSON.stringify(shortcomingsOf(o, migration).overreaching.map(differenceWords)));
      if (fn) { for (const c of [migration.catalogBefore, migration.catalogAfter, o.catalog]) { console.log('----', c.routines({schema:undefined,name:fn}).map(r=>[r.certainty, r.definition.length, sqlForm(r.definition)])); const v=c.view({schema:undefined,name:fn}); if(v) console.log(v.certainty, v.definition);} }
      for (const c of [migration.catalogBefore, migration.catalogAfter, o.catalog]) console.log([...c.views()].map(v=>v.name.name+':'+v.certainty).join(' '), c.table({schema:undefined,name:'comment'})?.triggers.map(t=>t.name+t.forEach+t.certainty));
    } else console.log('no outcome', m.rollback?.unread, migration.script?.problems, migration.rollback?.problems);
    break;
  }
}
