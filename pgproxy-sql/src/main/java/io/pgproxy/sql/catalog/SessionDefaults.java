package io.pgproxy.sql.catalog;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which values some settings have in a new session: as ALTER ROLE and ALTER DATABASE have said, else as the server's
 * configuration does.
 */
final class SessionDefaults {
    /** Those that the server does not report to clients, at least not in all versions. */
    static final Set<String> NAMES = Set.of("search_path", "default_transaction_isolation");

    private static final Set<String> OF_THE_SERVER =
            Set.of("default", "environment variable", "configuration file", "command line", "global");

    private final Map<Place, String> values = new HashMap<>();

    /** A setting of a role, or of all of them, here or in all databases; of neither it is the server's own. */
    private record Place(String setting, @Nullable String role, boolean here, boolean server) {}

    /**
     * Takes what the reading session has found for itself.
     *
     * @param source as {@code pg_settings} tells it: where it was set for this role alone, the server's is not known
     */
    void server(String setting, String value, String source) {
        if (NAMES.contains(setting) && OF_THE_SERVER.contains(source)) {
            values.put(new Place(setting, null, false, true), value);
        }
    }

    /**
     * Takes a row of {@code pg_db_role_setting}.
     *
     * @param role null for all
     * @param here whether for this database alone
     * @param assignment {@code name=value}
     */
    void assigned(@Nullable String role, boolean here, String assignment) {
        int equals = assignment.indexOf('=');
        if (equals > 0 && NAMES.contains(assignment.substring(0, equals))) {
            values.put(new Place(assignment.substring(0, equals), role, here, false), assignment.substring(equals + 1));
        }
    }

    /** The most specific counts, in the order of {@code process_settings} in postinit.c. */
    Optional<String> value(String role, String setting) {
        for (Place place : new Place[] {
            new Place(setting, role, true, false),
            new Place(setting, role, false, false),
            new Place(setting, null, true, false),
            new Place(setting, null, false, false),
            new Place(setting, null, false, true)
        }) {
            String value = values.get(place);
            if (value != null) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }
}
