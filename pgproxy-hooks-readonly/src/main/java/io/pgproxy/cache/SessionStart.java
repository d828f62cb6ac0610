package io.pgproxy.cache;

import io.pgproxy.hook.Startup;
import io.pgproxy.protocol.startup.StartupParameter;
import io.pgproxy.sql.catalog.Catalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which settings a session begins with, as far as the server does not report them: by its start-up packet, and by what
 * the catalogue says of its role. On the session's event loop only.
 */
final class SessionStart {
    private static final String SEARCH_PATH = "search_path";
    private static final String ISOLATION = "default_transaction_isolation";

    /** Known by other means. */
    private static final Set<String> NOT_IN_SCOPE = Set.of("user", "database", "replication");

    private final CachedDatabase database;
    private final @Nullable Startup packet;
    private final String role;
    private final long defaults;

    private boolean known;
    private @Nullable String path;
    private boolean readCommitted;

    /**
     * Of a session that has just logged in.
     *
     * @param packet what it was begun with, or null if nobody has seen that: then nothing is known
     * @param role who logged in at the server
     */
    SessionStart(CachedDatabase database, @Nullable Startup packet, String role) {
        this.database = database;
        this.packet = packet;
        this.role = role;
        this.defaults = database.versions().sessionDefaults();
    }

    /** {@return what sessions have to have in common to begin alike} */
    List<String> inScope() {
        List<String> parameters = new ArrayList<>();
        parameters.add(Long.toString(defaults)); // of sessions that began before and after ALTER ROLE … SET
        for (StartupParameter parameter : packet == null ? List.<StartupParameter>of() : packet.parameters()) {
            String name = parameter.name().toLowerCase(Locale.ROOT);
            if (!NOT_IN_SCOPE.contains(name) && !SettingsMade.OF_NO_RESULT.contains(name)) {
                parameters.add(name);
                parameters.add(parameter.value());
            }
        }
        return List.copyOf(parameters);
    }

    /** {@return the search_path, or null if it is not known} */
    @Nullable
    String path() {
        find();
        return path;
    }

    /** {@return whether blocks that do not say otherwise are known to be READ COMMITTED} */
    boolean isReadCommitted() {
        find();
        return readCommitted;
    }

    /** As soon as there is a catalogue; but not from one that tells of later sessions. */
    private void find() {
        if (known || packet == null || database.versions().sessionDefaults() != defaults) {
            return;
        }
        Catalog catalog = database.catalog();
        if (catalog != null) {
            known = true;
            path = mentions(packet, SEARCH_PATH)
                    ? packet.parameter(SEARCH_PATH)
                    : catalog.sessionDefault(role, SEARCH_PATH).orElse(null);
            readCommitted = !mentions(packet, ISOLATION)
                    && catalog.sessionDefault(role, ISOLATION)
                            .filter(SessionStart::isReadCommitted)
                            .isPresent();
        }
    }

    /** {@return whether a level is one at which each statement sees what is committed} */
    static boolean isReadCommitted(String level) {
        return level.equalsIgnoreCase("read committed") || level.equalsIgnoreCase("read uncommitted");
    }

    /** In whatever spelling, and within options too. */
    private static boolean mentions(Startup packet, String setting) {
        return packet.parameters().stream()
                .anyMatch(parameter -> (parameter.name() + "=" + parameter.value())
                        .toLowerCase(Locale.ROOT)
                        .replace('-', '_')
                        .contains(setting));
    }
}
