package io.pgproxy.readonly.corpus;

/** Undoes what a case has done outside of its database. */
final class Restoring {
    /** A query that gives the statements to run. */
    static final String STATEMENTS = """
            SELECT format('SELECT pg_drop_replication_slot(%L)', slot_name) FROM pg_replication_slots
            UNION ALL SELECT format('DROP DATABASE %I', datname) FROM pg_database WHERE datname = 'corpus_x'
            UNION ALL SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname ~ '^corpus_' AND rolname <> 'corpus_r'
            UNION ALL SELECT format('SELECT pg_replication_origin_drop(%L)', roname) FROM pg_replication_origin
            UNION ALL SELECT 'ALTER ROLE corpus_r RESET ALL'
            UNION ALL SELECT format('REVOKE corpus_r FROM %I', member::regrole::text)
                FROM pg_auth_members WHERE roleid = 'corpus_r'::regrole
            """;

    private Restoring() {}
}
