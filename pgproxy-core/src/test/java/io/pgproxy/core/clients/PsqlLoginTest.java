package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Logins that succeed and logins that fail, by every method that needs no encryption. */
@WithPostgres(
        hba = {
            "host all scram_user 127.0.0.1/32 scram-sha-256",
            "host all md5_user 127.0.0.1/32 md5",
            "host all clear_user 127.0.0.1/32 password",
            "host all rejected_user 127.0.0.1/32 reject"
        })
class PsqlLoginTest {
    private static Twice twice;

    @BeforeAll
    static void start(TestDatabase database) throws Exception {
        Psql.isThere();
        database.server().execute("""
                SET password_encryption = 'scram-sha-256';
                CREATE ROLE scram_user LOGIN PASSWORD 'scram secret';
                CREATE ROLE clear_user LOGIN PASSWORD 'clear secret';
                CREATE ROLE rejected_user LOGIN;
                CREATE ROLE no_login NOLOGIN;
                CREATE ROLE only_none LOGIN CONNECTION LIMIT 0;
                SET password_encryption = 'md5';
                CREATE ROLE md5_user LOGIN PASSWORD 'md5 secret';
                """);
        twice = Twice.in(database);
    }

    @AfterAll
    static void stop() throws Exception {
        if (twice != null) {
            twice.close();
        }
    }

    @Test
    void passwordsOfAllMethods() throws Exception {
        String seen = twice.sees((place, out) -> {
            for (String method : new String[] {"scram", "md5", "clear"}) {
                login(place, out, method + "_user", method + " secret");
                login(place, out, method + "_user", "wrong");
                login(place, out, method + "_user", "");
            }
        });

        assertThat(seen)
                .contains("scram_user|", "md5_user|", "clear_user|")
                .contains("password authentication failed for user \"scram_user\"")
                .contains("password authentication failed for user \"md5_user\"")
                .contains("password authentication failed for user \"clear_user\"");
    }

    @Test
    void whoeverTheServerDoesNotLetIn() throws Exception {
        String seen = twice.sees((place, out) -> {
            login(place, out, "nobody", "x");
            login(place, out, "no_login", "x");
            login(place, out, "only_none", "x");
            login(place, out, "rejected_user", "x");
            Psql.at(place).with("PGDATABASE", "no_such_database").feed(out, "SELECT 1;\n");
            Psql.at(place).with("PGDATABASE", "template0").feed(out, "SELECT 1;\n");
        });

        assertThat(seen)
                .contains(
                        "role \"nobody\" does not exist", "is not permitted to log in", "too many connections for role")
                .contains("pg_hba.conf rejects connection", "database \"no_such_database\" does not exist")
                .contains("is not currently accepting connections")
                .doesNotContain("exit code: 0");
    }

    private static void login(Place place, Transcript out, String user, String password) throws Exception {
        Psql.at(place)
                .with("PGUSER", user)
                .with("PGPASSWORD", password)
                .feed(out, "SELECT current_user, 'in';\n", "-At", "-w");
    }
}
