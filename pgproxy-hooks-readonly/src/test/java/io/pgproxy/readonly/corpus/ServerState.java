package io.pgproxy.readonly.corpus;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a server holds, as one line for each table, sequence or other thing that a statement may change.
 *
 * @param besideLog what changes without an entry in the write-ahead log, and the end of that
 * @param tables tables, catalogues and sequences
 */
record ServerState(Map<String, String> besideLog, Map<String, String> tables) {
    /**
     * Rows count by their xmin and xmax, so that locked ones are seen. What VACUUM overwrites in place, and sequences,
     * count by content. Sessions' temporary tables show in the catalogue.
     */
    static final String TABLES = """
            SELECT c.relname, query_to_xml(format(CASE
                    WHEN c.relkind = 'S' THEN 'SELECT last_value, log_cnt, is_called FROM %1$I.%2$I'
                    WHEN c.relname IN ('pg_class', 'pg_database')
                        THEN 'SELECT count(*), sum(hashtext(t::text || xmin || xmax)::bigint) FROM %1$I.%2$I t'
                    ELSE 'SELECT sum(n), sum(n * hashtext(a::text || '' '' || b)) FROM '
                        || '(SELECT count(*) AS n, xmin AS a, xmax AS b FROM %1$I.%2$I GROUP BY xmin, xmax) g' END,
                    n.nspname, c.relname), false, true, '')::text
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'm', 'S') AND n.nspname !~ '^(pg_toast|pg_temp|information_schema)'
            """;

    /** What does not go through the log, and how far the log has come. */
    static final String BESIDE_LOG = """
            SELECT 'log', pg_current_wal_insert_lsn()::text
            UNION ALL SELECT 'slots', (SELECT string_agg(slot_name, ' ' ORDER BY 1) FROM pg_replication_slots)
            UNION ALL SELECT 'prepared transactions', (SELECT string_agg(gid, ' ' ORDER BY 1) FROM pg_prepared_xacts)
            UNION ALL SELECT 'files', (SELECT string_agg(f || (pg_stat_file('/tmp/' || f, true))::text, ' ' ORDER BY 1)
                FROM pg_ls_dir('/tmp') f WHERE f LIKE ?)
            UNION ALL SELECT 'auto', md5(pg_read_file('postgresql.auto.conf'))
            """;

    /** Reads all, but for what is known from before and cannot have changed since: the log is where it was. */
    static ServerState read(PreparedStatement besideLog, PreparedStatement tables, @Nullable ServerState before)
            throws SQLException {
        Map<String, String> beside = lines(besideLog);
        if (before != null && before.besideLog.equals(beside)) {
            return before;
        }
        return new ServerState(beside, lines(tables));
    }

    private static Map<String, String> lines(PreparedStatement query) throws SQLException {
        Map<String, String> lines = new TreeMap<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                lines.put(rows.getString(1), Objects.requireNonNullElse(rows.getString(2), ""));
            }
        }
        return lines;
    }

    /** The names of what is not as it was; the log alone may move by itself. */
    Set<String> differences(ServerState before) {
        Set<String> names = new TreeSet<>(lines().keySet());
        names.addAll(before.lines().keySet());
        names.removeIf(name -> Objects.equals(lines().get(name), before.lines().get(name)));
        return names;
    }

    private Map<String, String> lines() {
        Map<String, String> all = new TreeMap<>(besideLog);
        all.putAll(tables);
        all.remove("log");
        return all;
    }
}
