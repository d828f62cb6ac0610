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
                "postgresql:///db?host=/var/run/postgresql&port=6000",
                "postgresql://app@/db?host=/var/run/postgresql&port=6000",
                "postgresql:///db?port=6000&host=%2Fvar%2Frun%2Fpostgresql&sslmode=disable",
                "postgresql://%2Fvar%2Frun%2Fpostgresql:6000/db",
                "postgresql://app:x%40y@%2Fvar%2Frun%2Fpostgresql:6000/db"
            })
    void aDirectoryIsAHost(String text) {
        PostgresUrl url = PostgresUrl.parse(text);

        assertThat(url.host()).isEqualTo("/var/run/postgresql");
        assertThat(url.port()).isEqualTo(6000);
        assertThat(url.database()).isEqualTo("db");
        assertThat(url.credentials() != null).isEqualTo(text.contains("app"));
    }

    @Test
    void aNameMayHaveAnUnderscore() {
        assertThat(PostgresUrl.parse("postgresql://my_db:1/x").host()).isEqualTo("my_db");
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
                "postgresql://app:secret",
                "postgresql://host:1:2",
                "postgresql:///db?host=",
                "postgresql:///db?host=a%20b",
                "postgresql:///db?host=/run&port=secret",
                "postgresql:///db?hostaddr=127.0.0.1",
                "postgresql://host/a/b",
                "postgresql://host/db?sslmode=secure",
                "postgresql://host/db?sslmode",
                "postgresql://host/db?channel_binding=always",
                "postgresql://host/db?passfile=/a",
                "postgresql://app:secret@host/db?passfile=/a",
                "postgresql://app@host/db?passfile=%00",
                "postgresql://host/db?sslnegotiation=maybe",
                "postgresql://host/db?sslcert=/tmp/client.pem",
                "postgresql://host/db?sslrootcert=system&sslmode=require",
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
