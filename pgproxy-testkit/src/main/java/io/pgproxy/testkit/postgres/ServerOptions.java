package io.pgproxy.testkit.postgres;

import java.util.List;
import java.util.Map;

/** What was asked of a server; equal options can share one. Version 0 is any. */
record ServerOptions(
        int version,
        Map<String, String> settings,
        List<String> hba,
        String superuser,
        String password,
        boolean dedicated) {

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

    ServerOptions {
        settings = Map.copyOf(settings);
        hba = List.copyOf(hba);
    }

    /** Whether a server that others use too, with settings of its own, would do. */
    boolean plain() {
        return !dedicated && settings.isEmpty() && hba.isEmpty() && superuser.equals(DEFAULT_SUPERUSER);
    }

    boolean allows(int serverVersion) {
        return version == 0 || version == serverVersion;
    }
}
