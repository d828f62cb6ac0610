package io.pgproxy.testkit.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BorrowedServerTest {

    @Test
    void aUrlNamesAServerThatOthersRun() throws Exception {
        try (LocalPostgres lender = LocalPostgres.builder()
                .superuser("the boss", "p@ss word")
                .hba("host all all 127.0.0.1/32 scram-sha-256")
                .start()) {
            BorrowedServer borrowed = BorrowedServer.at(lender.url("postgres"));
            assertThat(borrowed.superuser()).isEqualTo("the boss");
            assertThat(borrowed.password()).isEqualTo("p@ss word");
            assertThat(borrowed.port()).isEqualTo(lender.port());
            assertThat(borrowed.version()).isEqualTo(lender.version());

            borrowed.close();
            assertThat(lender.query("SELECT 1")).as("goes on").hasSize(1);
            assertThatThrownBy(borrowed::kill).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "jdbc:postgresql://h/d", "postgresql:///d", "mysql://h/d"})
    void whatIsNoUrlOfPostgresqlIsRefused(String url) {
        assertThatThrownBy(() -> BorrowedServer.at(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("postgresql://");
    }

    @Test
    void aServerThatDoesNotAnswerIsAnError() throws Exception {
        String url = "postgresql://u:p@127.0.0.1:" + Port.free() + "/d";
        assertThatThrownBy(() -> BorrowedServer.at(url)).isInstanceOf(SQLException.class);
    }
}
