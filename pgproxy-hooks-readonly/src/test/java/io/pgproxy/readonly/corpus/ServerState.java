package io.pgproxy.readonly.corpus;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a server holds, as one line for each table, sequence or other thing that a statement may change.
 *
 * @param lines the digest of each thing by its name
 */
record ServerState(Map<String, String> lines) {
    /**
     * Rows count by their xmin and xmax, so that locked ones are seen. What VACUUM and ANALYZE overwrite in place, and
     * sequences, count by content. Sessions' temporary tables show in the catalogue.
     */
    static final String QUERY = """
            SELECT c.relname, xpath('//h/text()', query_to_xml(format(
                    CASE WHEN c.relkind = 'S' THEN 'SELECT last_value || '' '' || log_cnt || '' '' || is_called AS h FROM %1$I.%2$I'
                        WHEN c.relname IN ('pg_class', 'pg_database', 'pg_index', 'pg_statistic', 'pg_subscription')
                            THEN 'SELECT count(*) || '' '' || sum(hashtext(t::text || xmin || xmax)::bigint) AS h FROM %1$I.%2$I t'
                        ELSE 'SELECT count(*) || '' '' || coalesce(sum(hashint8(xmin::text::bigint << 31 # xmax::text::bigint)::bigint), 0) AS h FROM %1$I.%2$I' END,
                    n.nspname, c.relname), false, false, ''))::text
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'm', 'S') AND n.nspname !~ '^(pg_toast|pg_temp|information_schema)'
            UNION ALL SELECT 'slots', (SELECT string_agg(slot_name, ' ' ORDER BY 1) FROM pg_replication_slots)
            UNION ALL SELECT 'prepared transactions', (SELECT string_agg(gid, ' ' ORDER BY 1) FROM pg_prepared_xacts)
            UNION ALL SELECT 'files', (SELECT string_agg(f || (pg_stat_file('/tmp/' || f, true))::text, ' ' ORDER BY 1)
                FROM pg_ls_dir('/tmp') f WHERE f LIKE ?)
            UNION ALL SELECT 'auto', md5(pg_read_file('postgresql.auto.conf'))
            """;

    static ServerState read(PreparedStatement query) throws SQLException {
        Map<String, String> lines = new TreeMap<>();
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                lines.put(rows.getString(1), Objects.requireNonNullElse(rows.getString(2), ""));
            }
        }
        return new ServerState(lines);
    }

    /** The names of what is not as it was. */
    Set<String> differences(ServerState before) {
        Set<String> names = new TreeSet<>(lines.keySet());
        names.addAll(before.lines.keySet());
        names.removeIf(name -> Objects.equals(lines.get(name), before.lines.get(name)));
        return names;
    }
}
