package io.pgproxy.testkit.postgres;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was asked of a server; equal options can share one. Version 0 is any. A primary is one of which replicas can be
 * made, or that is a replica itself.
 */
record ServerOptions(
        int version,
        Map<String, String> settings,
        List<String> hba,
        String superuser,
        String password,
        boolean dedicated,
        boolean primary) {

    static final String DEFAULT_SUPERUSER = "postgres";
    static final String DEFAULT_PASSWORD = "postgres";

    /** No durability: the data is thrown away. The rest keeps a server alike on every machine. */
    static final Map<String, String> DEFAULT_SETTINGS = Map.of(
            "fsync", "off",
            "synchronous_commit", "off",
            "full_page_writes", "off",
            "log_checkpoints", "off",
            "log_line_prefix", "%m [%p] %q%u@%d ",
            "timezone", "UTC",
            "log_timezone", "UTC");

    /** A replica that was down, or is slow, still finds the WAL that it lacks; and soon a primary that was down. */
    static final Map<String, String> PRIMARY_SETTINGS =
            Map.of("wal_keep_size", "1GB", "wal_retrieve_retry_interval", "100ms");

    /** The extension that tells which of several servers ran a statement. */
    static final String STATEMENT_COUNTS = "pg_stat_statements";

    ServerOptions {
        settings = Map.copyOf(settings);
        hba = List.copyOf(hba);
    }

    /** What a replica of such a server, reached by the conninfo, is asked to be. */
    ServerOptions ofReplica(Map<String, String> wanted, Conninfo conninfo) {
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(wanted);
        all.put("primary_conninfo", conninfo.text());
        return new ServerOptions(version, all, hba, superuser, password, dedicated, primary);
    }

    /** Whether a server that others use too, with settings of its own, would do. */
    boolean plain() {
        return !dedicated && !primary && settings.isEmpty() && hba.isEmpty() && superuser.equals(DEFAULT_SUPERUSER);
    }

    static UnsupportedOperationException noPrimary() {
        return new UnsupportedOperationException("a replica of this server: ask for a server with primary()");
    }

    boolean allows(int serverVersion) {
        return version == 0 || version == serverVersion;
    }
}
