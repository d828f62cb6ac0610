package io.pgproxy.hook.ready;

/**
 * Asks a catalogue where the masked columns are: one row with every relation and its number of columns, one for each
 * name that is masked anywhere, one for each masked column of a table with its partitions and heirs. Places are written
 * as {@code oid:number,…}. All in one statement, so that a table is never known without its masks. (unnest of two
 * arrays is syntax rather than a function: it takes no schema.)
 */
final class MaskQuery {
    static final String SQL = """
            WITH RECURSIVE family(root, member) AS (
              SELECT c.oid, c.oid FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                JOIN unnest($2::text[], $3::text[]) AS x(nsp, rel)
                  ON n.nspname::text = x.nsp AND c.relname::text = x.rel
              UNION
              SELECT f.root, i.inhrelid FROM family f JOIN pg_catalog.pg_inherits i ON i.inhparent = f.member
            )
            SELECT '' AS nsp, '' AS rel, '' AS att,
                   pg_catalog.string_agg(c.oid::text || ':' || c.relnatts::text, ',') AS places
              FROM pg_catalog.pg_class c
            UNION ALL
            SELECT '', '', a.attname::text, pg_catalog.string_agg(a.attrelid::text || ':' || a.attnum::text, ',')
              FROM pg_catalog.pg_attribute a
             WHERE a.attname::text = ANY ($1::text[]) AND NOT a.attisdropped
             GROUP BY a.attname
            UNION ALL
            SELECT n.nspname::text, c.relname::text, a.attname::text,
                   pg_catalog.string_agg(a.attrelid::text || ':' || a.attnum::text, ',')
              FROM family f
              JOIN pg_catalog.pg_class c ON c.oid = f.root
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_catalog.pg_attribute a ON a.attrelid = f.member
             WHERE a.attname::text = ANY ($4::text[]) AND NOT a.attisdropped
             GROUP BY n.nspname, c.relname, a.attname
            """;

    private MaskQuery() {}
}
