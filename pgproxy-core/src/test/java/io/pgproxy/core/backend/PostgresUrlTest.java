package io.pgproxy.core.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {
    @Test
    void allPartsAreRead() {
        PostgresUrl url = PostgresUrl.parse("postgresql://app:p%40ss+w@db.example:6000/sales%20eu");

        assertThat(url.host()).isEqualTo("db.example");
        assertThat(url.port()).isEqualTo(6000);
        assertThat(url.database()).isEqualTo("sales eu");
        assertThat(url.credentials()).isNotNull();
        assertThat(url.credentials().user()).isEqualTo("app");
        assertThat(new String(url.credentials().password())).isEqualTo("p@ss+w");
    }

    @Test
    void onlyTheHostIsRequired() {
        PostgresUrl url = PostgresUrl.parse("postgres://[::1]");

        assertThat(url.host()).isEqualTo("::1");
        assertThat(url.port()).isEqualTo(5432);
        assertThat(url.database()).isNull();
        assertThat(url.credentials()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:5432",
                "http://localhost",
                "postgresql://",
                "postgresql:///db",
                "postgresql://host:0",
                "postgresql://host:70000",
                "postgresql://host:port",
                "postgresql://host/a/b",
                "postgresql://host/db?sslmode=require",
                "postgresql://user:secret@ho st/db"
            })
    void whatIsMalformedIsRefusedInOneLineWithoutThePassword(String url) {
        assertThatThrownBy(() -> PostgresUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("secret")
                .doesNotContain("\n");
    }

    @Test
    void aPasswordIsNotShown() {
        assertThat(PostgresUrl.parse("postgresql://app:secret@host/db").toString())
                .contains("app")
                .doesNotContain("secret");
    }
}
