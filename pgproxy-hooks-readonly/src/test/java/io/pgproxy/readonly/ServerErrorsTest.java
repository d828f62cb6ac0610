package io.pgproxy.readonly;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.protocol.PgError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerErrorsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            MAKE ME A SANDWICH       | 42601 | syntax error at or near "MAKE"
            updte t SET a = 1        | 42601 | syntax error at or near "updte"
            FROM t                   | 42601 | syntax error at or near "FROM"
            1 + 1                    | 42601 | syntax error at or near "1"
            SELECT 1; nosuch; TABLE t | 42601 | syntax error at or near "nosuch"
            SELECT 'x                | 42601 | unterminated quoted string
            SELECT ""                | 42601 | zero-length delimited identifier
            /* x                     | 42601 | unterminated comment
            EXECUTE p                | 26000 | prepared statement "p" does not exist
            EXECUTE p(1)             | 26000 | prepared statement "p" does not exist
            FETCH c                  | 34000 | cursor "c" does not exist
            MOVE ALL FROM c          | 34000 | cursor "c" does not exist
            """)
    void aSlipReadsAsFromTheServer(String sql, String sqlState, String message) {
        PgError error = refusal(sql);

        assertThat(error.sqlState()).isEqualTo(sqlState);
        assertThat(error.message()).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource({"CREATE NOTHING", "EXPLAIN EXECUTE p", "ALTER EVERYTHING", "(MAKE ME)", "IMPORT NOTHING"})
    void whatAServerMightTakeIsRefusedAsAWrite(String sql) {
        assertThat(refusal(sql).sqlState()).isEqualTo("25006");
    }

    private static PgError refusal(String sql) {
        try (OfflineClient client = OfflineClient.with(ReadOnlyHook.builder())) {
            return client.query(sql).orElseThrow();
        }
    }
}
