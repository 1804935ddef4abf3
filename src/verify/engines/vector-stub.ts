/**
 * A stand-in for pgvector: its type with a length, its operators, its index methods and their operator classes. They compute
 * nothing; schemas built with them look as they would with the real one.
 */
export const vectorStub = `
CREATE TYPE vector;
CREATE FUNCTION vector_in(cstring, oid, integer) RETURNS vector LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION vector_out(vector) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION vector_typmod_in(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'bpchartypmodin';
CREATE FUNCTION vector_typmod_out(integer) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'bpchartypmodout';
CREATE TYPE vector (INPUT = vector_in, OUTPUT = vector_out,
  TYPMOD_IN = vector_typmod_in, TYPMOD_OUT = vector_typmod_out, STORAGE = extended);
CREATE FUNCTION vector_distance(vector, vector) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT 0.0::float8';
CREATE FUNCTION vector_compare(vector, vector) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE OPERATOR <=> (LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_distance);
CREATE OPERATOR <-> (LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_distance);
CREATE OPERATOR <#> (LEFTARG = vector, RIGHTARG = vector, FUNCTION = vector_distance);
CREATE ACCESS METHOD hnsw TYPE INDEX HANDLER bthandler;
CREATE ACCESS METHOD ivfflat TYPE INDEX HANDLER bthandler;
${['hnsw', 'ivfflat']
  .flatMap((method) =>
    ['vector_cosine_ops', 'vector_l2_ops', 'vector_ip_ops'].map(
      (name) =>
        `CREATE OPERATOR CLASS ${name} FOR TYPE vector USING ${method} AS FUNCTION 1 vector_compare(vector, vector);`,
    ),
  )
  .join('\n')}
`;
