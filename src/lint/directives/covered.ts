import type { Body, BodyNode, Comment, Script, Statement } from '../../input/sql/types.ts';
import type { Span } from '../../input/text/types.ts';
import { commentsOf } from '../../input/sql/comments.ts';
import { lastAtMost } from '../../input/text/offsets.ts';
import { mentionsDirective } from './read-directive.ts';

/** A comment, and the statement that it stands above. */
export interface CommentAbove {
  readonly comment: Comment;
  /** Of the first statement that begins after it: of the script or, for a comment in a body, of the body. */
  readonly next: Span | undefined;
}

/**
 * The comments of a script that could be directives: above its part of the file, between its statements, and in the bodies of DO
 * blocks and functions.
 */
export function commentsAbove(script: Script): readonly CommentAbove[] {
  const nextOf = follower(script.statements.map(({ span }) => span));
  const between = [...aboveThePart(script), ...script.comments]
    .filter(({ text }) => mentionsDirective(text))
    .map((comment) => ({ comment, next: nextOf(comment) }));
  return [...between, ...script.statements.flatMap(inBody)];
}

/** What stands above the first section of a file (`-- +goose Up`); a second section's script has no part in that. */
function aboveThePart({ source, within }: Script): readonly Comment[] {
  const above = source.text.slice(0, within?.start ?? 0);
  if (!mentionsDirective(above)) return [];
  const comments = commentsOf(above);
  let at = 0;
  for (const { span } of comments) {
    if (above.slice(at, span.start).trim() !== '') return [];
    at = span.end;
  }
  return above.slice(at).trim() === '' ? comments : [];
}

/** Finds the span that follows a comment among spans in ascending order. A comment that stands inside of one is above none. */
function follower(spans: readonly Span[]): (comment: Comment) => Span | undefined {
  const starts = [-1, ...spans.map(({ start }) => start)];
  return ({ span }) => {
    const begun = lastAtMost(starts, span.start);
    const last = spans[begun - 1];
    return last !== undefined && span.start < last.end ? undefined : spans[begun];
  };
}

function inBody(statement: Statement): readonly CommentAbove[] {
  const { source, span } = statement;
  if (!mentionsDirective(source.text.slice(span.start, span.end))) return [];
  const body = statement.body();
  if (body === undefined) return [];
  const spans = nodesOf(body).map((node) => node.span);
  const starts = [-1, ...spans.map(({ start }) => start)];
  const text = source.text.slice(body.span.start, body.span.end);
  return commentsOf(text)
    .filter((comment) => mentionsDirective(comment.text))
    .map((found) => {
      const comment = { ...found, span: shifted(found.span, body.span.start) };
      return { comment, next: spans[lastAtMost(starts, comment.span.start)] };
    });
}

const shifted = ({ start, end }: Span, by: number): Span => ({ start: start + by, end: end + by });

/** All statements of a body in the order of their beginnings, inner ones included. */
function nodesOf({ nodes }: Body): readonly BodyNode[] {
  const found: BodyNode[] = [];
  const visit = (list: readonly BodyNode[]): void => {
    for (const node of list) {
      found.push(node);
      for (const inner of innerOf(node)) visit(inner);
    }
  };
  visit(nodes);
  return found.sort((a, b) => a.span.start - b.span.start);
}

function innerOf(node: BodyNode): readonly (readonly BodyNode[])[] {
  switch (node.kind) {
    case 'block':
      return [node.nodes, ...node.handlers.map(({ nodes }) => nodes)];
    case 'if':
      return node.branches.map(({ nodes }) => nodes);
    case 'loop':
      return [node.nodes];
    default:
      return [];
  }
}
