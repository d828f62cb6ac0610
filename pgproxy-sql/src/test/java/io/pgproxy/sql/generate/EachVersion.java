package io.pgproxy.sql.generate;

import io.pgproxy.testkit.postgres.LocalPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** A real server of each version that this module knows, one after the other. */
final class EachVersion {

    /** The major versions, in the order of the columns of what is generated. */
    static final List<Integer> ALL = List.of(14, 15, 16, 17, 18);

    private EachVersion() {}

    /** What is asked of each server, as its superuser, in a database that nobody has changed. */
    interface Question {
        /**
         * Asks one of them.
         *
         * @param index the place of the version in {@link #ALL}
         */
        void ask(int index, Connection connection) throws SQLException;
    }

    /** Needs the programs of each version, which the Maven profile {@code generate} fetches. */
    static void ask(Question question) throws IOException, SQLException {
        for (int index = 0; index < ALL.size(); index++) {
            try (LocalPostgres server = LocalPostgres.builder()
                            .version(ALL.get(index))
                            .dedicated()
                            .start();
                    Connection connection = server.connect("postgres")) {
                question.ask(index, connection);
            }
        }
    }
}
