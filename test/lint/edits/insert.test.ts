import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { insertAfter, insertBefore } from '../../../src/lint/edits/insert.ts';
import { edited, statementOf, statementsInBody } from './edited.ts';

beforeAll(loadParser);

const before = (text: string, index = 0): string | undefined =>
  edited(text, insertBefore(statementOf(text, index), 'SET x = 1;'));
const after = (text: string, index = 0): string | undefined =>
  edited(text, insertAfter(statementOf(text, index), 'SET x = 1;'));

describe('insertBefore', () => {
  it('puts a statement on a line of its own, as far indented', () => {
    expect(before('  DROP TABLE a;')).toBe('  SET x = 1;\n  DROP TABLE a;');
  });

  it('leaves the comments of a statement right above it', () => {
    expect(before('SELECT 1;\n-- why\n/* and\n how */\nDROP TABLE a;', 1)).toBe(
      'SELECT 1;\nSET x = 1;\n-- why\n/* and\n how */\nDROP TABLE a;',
    );
    expect(before('-- DropTable\nDROP TABLE a;')).toBe('SET x = 1;\n-- DropTable\nDROP TABLE a;');
  });

  it('leaves a header where it is, and a directive at its statement', () => {
    expect(before('-- Migration: a\n-- Author: b\nDROP TABLE a;')).toBe(
      '-- Migration: a\n-- Author: b\nSET x = 1;\nDROP TABLE a;',
    );
    const directive = '-- migration-lint-disable-next-statement no-drop -- unused';
    expect(before(`-- Author: b\n${directive}\nDROP TABLE a;`)).toBe(
      `-- Author: b\nSET x = 1;\n${directive}\nDROP TABLE a;`,
    );
    expect(before('/*\n  Warnings:\n*/\n-- DropTable\nDROP TABLE a;')).toBe(
      '/*\n  Warnings:\n*/\n-- DropTable\nSET x = 1;\nDROP TABLE a;',
    );
  });

  it('writes as the file does: line ends, lower case, several statements on a line', () => {
    expect(before('select 1;\r\ndrop table a;\r\n', 1)).toBe('select 1;\r\nset x = 1;\r\ndrop table a;\r\n');
    expect(before('SELECT 1; DROP TABLE a;', 1)).toBe('SELECT 1; SET x = 1; DROP TABLE a;');
  });

  it('stays behind the marks of tools', () => {
    expect(before('-- +goose Up\nDROP TABLE a;\n-- +goose Down\nSELECT 1;')).toBe(
      '-- +goose Up\nSET x = 1;\nDROP TABLE a;\n-- +goose Down\nSELECT 1;',
    );
    const block = '-- +goose StatementBegin\nDROP TABLE a;\n-- +goose StatementEnd\n';
    expect(before(`-- +goose Up\n${block}`)).toBe(`-- +goose Up\nSET x = 1;\n${block}`);
    expect(before('-- no-transaction\nDROP TABLE a;')).toBe('-- no-transaction\nSET x = 1;\nDROP TABLE a;');
    expect(before('SELECT 1;--> statement-breakpoint\nDROP TABLE a;', 1)).toBe(
      'SELECT 1;--> statement-breakpoint\nSET x = 1;--> statement-breakpoint\nDROP TABLE a;',
    );
  });

  it('works in the body of a DO block, but in no string constant', () => {
    const body = 'DO $$\nBEGIN\n  -- why\n  DROP TABLE a;\nEND $$;';
    expect(edited(body, insertBefore(statementsInBody(body)[0]!, 'SET x = 1;'))).toBe(
      'DO $$\nBEGIN\n  SET x = 1;\n  -- why\n  DROP TABLE a;\nEND $$;',
    );
    const quoted = "DO 'BEGIN DROP TABLE a; END';";
    expect(insertBefore(statementsInBody(quoted)[0]!, 'SET x = 1;')).toBeUndefined();
    expect(insertBefore(statementsInBody(body)[0]!, 'DO $$ BEGIN END $$;')).toBeUndefined();
  });
});

describe('insertAfter', () => {
  it('puts a statement behind the comment of the line', () => {
    expect(after('  DROP TABLE a; -- why\nSELECT 1;')).toBe(
      '  DROP TABLE a; -- why\n  SET x = 1;\nSELECT 1;',
    );
    expect(after('DROP TABLE a; /* why */ SELECT 1;')).toBe('DROP TABLE a; SET x = 1; /* why */ SELECT 1;');
  });

  it('gives the last statement its semicolon', () => {
    expect(after('DROP TABLE a')).toBe('DROP TABLE a;\nSET x = 1;');
    expect(after('DROP TABLE a -- why\n')).toBe('DROP TABLE a; -- why\nSET x = 1;\n');
    expect(after('-- migrate:up\nDROP TABLE a\n-- migrate:down\n')).toBe(
      '-- migrate:up\nDROP TABLE a;\nSET x = 1;\n-- migrate:down\n',
    );
  });

  it('stays in the piece that a tool sends', () => {
    expect(after('DROP TABLE a;--> statement-breakpoint\nSELECT 1;')).toBe(
      'DROP TABLE a;--> statement-breakpoint\nSET x = 1;--> statement-breakpoint\nSELECT 1;',
    );
    expect(after('SELECT 1;\n--> statement-breakpoint\nDROP TABLE a;', 1)).toBe(
      'SELECT 1;\n--> statement-breakpoint\nDROP TABLE a;--> statement-breakpoint\nSET x = 1;',
    );
    const block = '-- +goose Up\n-- +goose StatementBegin\nDROP TABLE a;\n-- +goose StatementEnd\n';
    expect(after(block)).toBe(`${block}SET x = 1;\n`);
  });

  it('puts nothing behind the query of a loop', () => {
    const body = 'DO $$ DECLARE r record; BEGIN FOR r IN SELECT 1 LOOP DROP TABLE a; END LOOP; END $$;';
    const text = body.replace('SELECT 1', 'SELECT 1');
    const start = text.indexOf('SELECT 1');
    const { source } = statementOf(text, 0);
    expect(insertAfter({ source, span: { start, end: start + 8 } }, 'SET x = 1;')).toBeUndefined();
  });
});
