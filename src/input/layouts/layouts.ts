import { plainLayout } from './plain.ts';
import { prismaLayout } from './prisma.ts';
import type { Layout, LayoutName } from './types.ts';

/** The layout of that name. */
export function layoutOf(name: LayoutName): Layout {
  switch (name) {
    case 'prisma':
      return prismaLayout;
    case 'plain':
      return plainLayout;
    default:
      throw new Error(`the layout ${name} is not there yet`);
  }
}
