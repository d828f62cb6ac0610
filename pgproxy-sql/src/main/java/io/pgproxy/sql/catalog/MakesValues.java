package io.pgproxy.sql.catalog;

import java.util.Set;

/** Functions that are VOLATILE for giving another value each time, and do nothing else. */
final class MakesValues {
    /** Of uuid-ossp and pgcrypto: the ones that defaults call. */
    private static final Set<String> OF_EXTENSIONS = Set.of(
            "gen_random_bytes",
            "gen_random_uuid",
            "gen_salt",
            "uuid_generate_v1",
            "uuid_generate_v1mc",
            "uuid_generate_v4");

    private MakesValues() {}

    static boolean onlyDoes(Routine routine) {
        return routine.isBuiltIn() || (routine.extension() && OF_EXTENSIONS.contains(routine.name()));
    }
}
