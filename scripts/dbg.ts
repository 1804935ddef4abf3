import { fixProjects } from '../src/node/fix-projects.ts';
import { withCopy, findingsOf } from '../test/support/fixed-project.ts';
for (const f of process.argv.slice(2)) await withCopy('fixtures/'+f,[],async cwd=>{ const o=await fixProjects({cwd},{unsafe:true,dryRun:true}); console.log(f); for(const n of o.notes) console.log('  note',n); for (const x of findingsOf(o.lint)) if (x.fix) console.log('  left',x.rule,x.migration,x.message.slice(0,150)); });
