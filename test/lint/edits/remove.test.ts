import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { removeAction, removeStatement } from '../../../src/lint/edits/remove.ts';
import { operationsOf } from '../../../src/model/operations/operations-of.ts';
import { edited, scriptOf, statementOf } from './edited.ts';

beforeAll(loadParser);

const without = (text: string, index = 0): string | undefined =>
  edited(text, removeStatement(statementOf(text, index)));

describe('removeStatement', () => {
  it('takes the lines of a statement and one of two blank lines', () => {
    expect(without('SELECT 1;\n\n-- DropTable\nDROP TABLE a; -- why\n\nSELECT 2;\n', 1)).toBe(
      'SELECT 1;\n\nSELECT 2;\n',
    );
    expect(without('DROP TABLE a;\r\n\r\nSELECT 2;\r\n')).toBe('SELECT 2;\r\n');
  });

  it('takes the last one with the line end before it', () => {
    expect(without('SELECT 1;\nDROP TABLE a', 1)).toBe('SELECT 1;');
  });

  it('leaves the others of its line, a header, and marks of tools', () => {
    expect(without('SELECT 1; DROP TABLE a; SELECT 2;', 1)).toBe('SELECT 1; SELECT 2;');
    expect(without('SELECT 1; DROP TABLE a;', 1)).toBe('SELECT 1;');
    expect(without('-- Author: a\n-- Date: b\nDROP TABLE a;\nSELECT 1;')).toBe(
      '-- Author: a\n-- Date: b\nSELECT 1;',
    );
    expect(without('-- +goose Up\nDROP TABLE a;\n-- +goose Down\n')).toBe('-- +goose Up\n-- +goose Down\n');
  });

  it('takes the marks that would have nothing between them', () => {
    const two = 'SELECT 1;--> statement-breakpoint\nDROP TABLE a;';
    expect(without(two, 0)).toBe('DROP TABLE a;');
    expect(without(two, 1)).toBe('SELECT 1;');
    expect(without('SELECT 1;\n--> statement-breakpoint\nDROP TABLE a;', 0)).toBe('DROP TABLE a;');
    expect(without('SELECT 1;\n--> statement-breakpoint\nDROP TABLE a;', 1)).toBe('SELECT 1;');
    expect(without('SELECT 0; SELECT 1;--> statement-breakpoint\nDROP TABLE a;', 1)).toBe(
      'SELECT 0;--> statement-breakpoint\nDROP TABLE a;',
    );
    expect(
      without('SELECT 1;\n-- +goose StatementBegin\nDROP TABLE a;\n-- +goose StatementEnd\nSELECT 2;', 1),
    ).toBe('SELECT 1;\nSELECT 2;');
  });
});

describe('removeAction', () => {
  const action = (text: string, index: number): string | undefined => {
    const [statement] = scriptOf(text).statements;
    const operations = operationsOf(statement!, { bodies: 'all' });
    return edited(text, removeAction(operations.find((one) => one.action === index)!));
  };

  it('takes an action with its comma', () => {
    const text = 'ALTER TABLE a\n  ADD COLUMN b int,\n  ADD COLUMN c numeric(3, 1),\n  ADD COLUMN d int;';
    expect(action(text, 0)).toBe('ALTER TABLE a\n  ADD COLUMN c numeric(3, 1),\n  ADD COLUMN d int;');
    expect(action(text, 1)).toBe('ALTER TABLE a\n  ADD COLUMN b int,\n  ADD COLUMN d int;');
    expect(action(text, 2)).toBe('ALTER TABLE a\n  ADD COLUMN b int,\n  ADD COLUMN c numeric(3, 1);');
  });

  it('takes the statement of an only action', () => {
    expect(action('ALTER TABLE a ADD COLUMN b int;\nSELECT 1;', 0)).toBe('SELECT 1;');
  });
});
