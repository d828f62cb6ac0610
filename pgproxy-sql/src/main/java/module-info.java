/** What PostgreSQL would do with an SQL text; usable without the rest of pgproxy. */
module io.pgproxy.sql {
    requires com.github.benmanes.caffeine;
    requires net.sf.jsqlparser;
    requires transitive java.sql;
    requires static transitive org.jspecify;

    exports io.pgproxy.sql;
    exports io.pgproxy.sql.catalog;
    exports io.pgproxy.sql.lexer;
    exports io.pgproxy.sql.structure;
}
