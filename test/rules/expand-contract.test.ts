import { describeFamily } from './family.ts';

await describeFamily('expand-contract');
