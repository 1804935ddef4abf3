/** The small schemas that the matrix's statements run on, each with rows: PostgreSQL spares itself some work on empty tables. */

export const TABLES = `CREATE TABLE r(id int PRIMARY KEY, code int NOT NULL, label text);
CREATE UNIQUE INDEX r_code_key ON r(code);
CREATE TABLE t(id int PRIMARY KEY, a int, b varchar(50), c text, d timestamp, e numeric(10,2), s smallint, j json, u uuid, nn int NOT NULL DEFAULT 0, ch char(10), bits varbit(8), iv interval, rid int);
CREATE INDEX t_a_idx ON t(a);
CREATE INDEX t_b_idx ON t(b);
CREATE TYPE mood AS enum ('ok','bad');
INSERT INTO r SELECT g, g, 'r'||g FROM generate_series(1,20) g;
INSERT INTO t SELECT g, g, 'b'||g, 'c'||g, now(), g, 1, '{}', NULL, g, 'x', NULL, NULL, (g%20)+1 FROM generate_series(1,100) g;`;

export const RANGES = `CREATE TABLE p(id int, k int) PARTITION BY RANGE (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100);
CREATE TABLE p2(id int, k int);
INSERT INTO p2 SELECT g, 150 FROM generate_series(1,100) g;`;

export const PARTITIONED = `CREATE TABLE k (id int PRIMARY KEY);
  CREATE TABLE p (id int NOT NULL, kid int, CONSTRAINT positive CHECK (id > 0)) PARTITION BY RANGE (id);
  CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100);
  CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (id);
  CREATE TABLE p21 PARTITION OF p2 FOR VALUES FROM (100) TO (200);
  INSERT INTO k SELECT generate_series(1, 10);
  INSERT INTO p SELECT g, 1 FROM generate_series(1, 199) g`;

export const INHERITED = `CREATE TABLE a (id int PRIMARY KEY, n int, CONSTRAINT positive CHECK (n > 0));
  CREATE TABLE b (extra int) INHERITS (a);
  INSERT INTO a SELECT g, g FROM generate_series(1, 20) g;
  INSERT INTO b SELECT g, 10, g FROM generate_series(21, 40) g`;

export const VIEWS = `CREATE TABLE t (id int PRIMARY KEY, a int, b int);
  INSERT INTO t SELECT g, g, g FROM generate_series(1, 20) g;
  CREATE VIEW v AS SELECT id, a FROM t;
  CREATE VIEW vv AS SELECT a FROM v;
  CREATE MATERIALIZED VIEW mv AS SELECT a, b FROM t;
  CREATE VIEW other AS SELECT b FROM t`;

export const KEYS = `CREATE TABLE r (id int PRIMARY KEY, code int UNIQUE, label text);
  CREATE TABLE t (id int PRIMARY KEY, rid int CONSTRAINT t_rid REFERENCES r, code int REFERENCES r (code) ON DELETE CASCADE,
    self int REFERENCES t);
  CREATE TABLE loose (id int PRIMARY KEY, rid int);
  ALTER TABLE loose ADD CONSTRAINT late FOREIGN KEY (rid) REFERENCES r NOT VALID;
  CREATE UNIQUE INDEX r_label ON r (label);
  CREATE TABLE tag (label text REFERENCES r (label));
  INSERT INTO r VALUES (1, 1, 'one'), (2, 2, 'two'), (3, 3, 'three');
  INSERT INTO t VALUES (1, 1, 1, 1);
  INSERT INTO loose VALUES (1, 1);
  INSERT INTO tag VALUES ('one')`;

export const SCHEMAS = `CREATE TABLE users (id int PRIMARY KEY);
  CREATE SCHEMA s2;
  CREATE TABLE s2.users (id int PRIMARY KEY, uid int REFERENCES public.users, own int REFERENCES s2.users);
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE FUNCTION s2.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TABLE one (id int GENERATED ALWAYS AS IDENTITY, n int);
  CREATE TABLE s2.one (id int GENERATED ALWAYS AS IDENTITY, n int);
  CREATE TRIGGER first BEFORE INSERT ON one FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE TRIGGER second BEFORE INSERT ON s2.one FOR EACH ROW EXECUTE FUNCTION s2.touch();
  CREATE VIEW v AS SELECT id FROM users;
  CREATE VIEW s2.v AS SELECT id FROM s2.users;
  CREATE TYPE mood AS ENUM ('ok');
  CREATE TYPE s2.mood AS ENUM ('ok');
  CREATE TABLE felt (m mood);
  CREATE TABLE s2.felt (m s2.mood)`;

export const SKIPPED = `CREATE TABLE t (id serial PRIMARY KEY, a int, b varchar(10), c char(10));
  CREATE UNLOGGED TABLE u (id int);
  CREATE SEQUENCE sq;
  CREATE SEQUENCE owned OWNED BY t.a;
  INSERT INTO t SELECT g, g, 'b', 'c' FROM generate_series(1, 20) g;
  INSERT INTO u VALUES (1)`;

export const TYPES = `CREATE TYPE mood AS ENUM ('ok', 'bad');
  CREATE DOMAIN positive AS int CONSTRAINT above_zero CHECK (VALUE > 0);
  CREATE DOMAIN label AS text;
  CREATE TYPE pair AS (x int, y int);
  CREATE TABLE t (id int PRIMARY KEY, m mood, n positive, full_name label, xy pair);
  CREATE TABLE typed OF pair;
  CREATE TABLE other (id int);
  INSERT INTO other VALUES (1);
  CREATE VIEW v AS SELECT n FROM t;
  INSERT INTO t SELECT g, 'ok', g, 'x', NULL FROM generate_series(1, 20) g`;

export const FOREIGN = `CREATE FOREIGN DATA WRAPPER nothing;
  CREATE SERVER far FOREIGN DATA WRAPPER nothing;
  CREATE FOREIGN TABLE ft (id int, a int) SERVER far;
  CREATE TABLE t (id int)`;

export const ATTACHING = `CREATE TABLE r (id int PRIMARY KEY);
  CREATE TABLE p (id int, k int) PARTITION BY RANGE (k);
  CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (100);
  CREATE TABLE n (id int, k int);
  CREATE TABLE empty (id int, k int) PARTITION BY RANGE (k);
  CREATE TABLE sub (id int, k int) PARTITION BY RANGE (k);
  CREATE TABLE s (id int, k int) PARTITION BY RANGE (k);
  CREATE TABLE s1 PARTITION OF s FOR VALUES FROM (0) TO (1000);
  CREATE TABLE l (k text) PARTITION BY LIST (k);
  CREATE TABLE m (k text);
  CREATE TABLE lv (k varchar(10)) PARTITION BY LIST (k);
  CREATE TABLE mv (k varchar(10));
  CREATE TABLE li (k int) PARTITION BY LIST (k);
  CREATE TABLE mi (k int);
  CREATE TYPE mood AS ENUM ('ok', 'bad');
  CREATE TABLE le (k mood) PARTITION BY LIST (k);
  CREATE TABLE me (k mood);
  CREATE TABLE days (at date) PARTITION BY RANGE (at);
  CREATE TABLE day (at date);
  CREATE TABLE dz (at timestamptz) PARTITION BY RANGE (at);
  CREATE TABLE dz2 (at timestamptz);
  CREATE TABLE two (a int, b int) PARTITION BY RANGE (a, b);
  CREATE TABLE two1 (a int, b int);
  CREATE TABLE h (k int) PARTITION BY HASH (k);
  CREATE TABLE h1 (k int);
  INSERT INTO r SELECT generate_series(1, 20);
  INSERT INTO p SELECT 1, 1;
  INSERT INTO n SELECT g, 150 FROM generate_series(1, 20) g;
  INSERT INTO s SELECT g, 250 FROM generate_series(1, 20) g;
  INSERT INTO m VALUES ('a'), ('b');
  INSERT INTO mv VALUES ('a'), ('b');
  INSERT INTO mi VALUES (1), (2);
  INSERT INTO me VALUES ('ok');
  INSERT INTO day VALUES ('2025-01-10');
  INSERT INTO dz2 VALUES ('2025-01-10');
  INSERT INTO two1 VALUES (1, 1)`;
