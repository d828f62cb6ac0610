package io.pgproxy.core.internal.pool;

import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.startup.StartupMessage;
import io.pgproxy.protocol.startup.StartupParameter;
import java.util.ArrayList;
import java.util.List;

/**
 * What connections have in common that clients can share: who is logged in, and with which start-up parameters, which
 * are what RESET goes back to. {@code application_name} is set for each client.
 *
 * @param user who is logged in
 * @param database where; empty if the backend knows
 * @param parameters all others, as they were sent
 */
record PoolKey(String user, String database, List<StartupParameter> parameters) {
    private static final String EXTENSION = "_pq_.";

    static PoolKey of(StartupMessage startup, String user) {
        List<StartupParameter> others = new ArrayList<>();
        for (StartupParameter parameter : startup.parameters()) {
            switch (parameter.name()) {
                case "user", "database", SettingsSql.APPLICATION_NAME -> {
                    // told apart
                }
                default -> {
                    if (!parameter.name().startsWith(EXTENSION)) {
                        others.add(parameter);
                    }
                }
            }
        }
        String database = startup.parameter("database");
        return new PoolKey(user, database == null ? "" : database, List.copyOf(others));
    }

    /** What a connection is opened with. */
    StartupMessage startup(String applicationName) {
        List<StartupParameter> all = new ArrayList<>();
        all.add(new StartupParameter("user", user));
        if (!database.isEmpty()) {
            all.add(new StartupParameter("database", database));
        }
        if (!applicationName.isEmpty()) {
            all.add(new StartupParameter(SettingsSql.APPLICATION_NAME, applicationName));
        }
        all.addAll(parameters); // in their order: the last of two counts
        return new StartupMessage(ProtocolVersion.V3_0, all);
    }

    /** Names who and where; parameters may be anything. */
    @Override
    public String toString() {
        return "PoolKey[" + user + "@" + database + "]";
    }
}
