import { describeFamily } from './family.ts';

await describeFamily('types');
