package io.pgproxy.core.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** psql at a terminal: Ctrl+C, changes of database, repetition, notifications. */
@WithPostgres
class PsqlTerminalTest {
    private static Twice twice;

    @BeforeAll
    static void start(TestDatabase database) throws Exception {
        Psql.isThere();
        Terminal.isThere();
        twice = Twice.in(database);
    }

    @AfterAll
    static void stop() throws Exception {
        if (twice != null) {
            twice.close();
        }
    }

    @Test
    void ctrlCEndsAQueryAndNotTheSession() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Terminal terminal = Psql.at(place).interactive()) {
                terminal.untilPrompt();
                out.say(terminal.line("SELECT pg_backend_pid() AS pid \\gset"));
                for (int i = 0; i < 3; i++) {
                    terminal.type("SELECT pg_sleep(30);");
                    untilSleeping(place);
                    terminal.ctrlC();
                    out.say(terminal.untilPrompt());
                }
                out.say(terminal.line("BEGIN;"));
                terminal.type("SELECT 'first', pg_sleep(30);");
                untilSleeping(place);
                terminal.ctrlC();
                out.say(terminal.untilPrompt());
                out.say(terminal.line("SELECT 1;"));
                out.say(terminal.line("ROLLBACK;"));
                out.say(terminal.line("SELECT :pid = pg_backend_pid() AS same_session;"));
            }
        });

        assertThat(seen)
                .contains("canceling statement due to user request", "current transaction is aborted")
                .contains("same_session", " t\n");
    }

    @Test
    void ctrlCEndsACopyAndNotTheSession() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Terminal terminal = Psql.at(place).interactive()) {
                terminal.untilPrompt();
                terminal.line("CREATE TABLE c (i int);");
                terminal.type("\\copy (SELECT i, pg_sleep(0.1) FROM generate_series(1, 1000) i) TO '/dev/null'");
                untilSleeping(place);
                terminal.ctrlC();
                out.say(terminal.untilPrompt().replaceAll("Cancel request sent\n", ""));
                out.say(terminal.line("SELECT count(*) FROM c;"));
            }
        });

        assertThat(seen).contains("canceling statement due to user request", "(1 row)");
    }

    @Test
    void otherDatabasesAndBack() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Terminal terminal = Psql.at(place).interactive()) {
                terminal.untilPrompt();
                out.say(terminal.line("CREATE TABLE only_here ();"));
                out.say(terminal.line("\\c postgres"));
                out.say(terminal.line("SELECT current_database();"));
                out.say(terminal.line("\\d only_here"));
                out.say(terminal.line("\\c no_such_database"));
                out.say(terminal.line("SELECT current_database();"));
                out.say(terminal.line("\\c " + place.database() + " nobody_at_all"));
                out.say(terminal.line("\\c " + place.database()));
                out.say(terminal.line("\\d only_here"));
                out.say(terminal.line("\\conninfo"));
            }
        });

        assertThat(seen)
                .contains("You are now connected to database \"postgres\"", "Previous connection kept")
                .contains("Table \"public.only_here\"", "role \"nobody_at_all\" does not exist");
    }

    @Test
    void aQueryIsRepeatedUntilCtrlC() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Terminal terminal = Psql.at(place).interactive()) {
                terminal.untilPrompt();
                terminal.line("CREATE SEQUENCE runs;");
                terminal.type("SELECT 'run ' || nextval('runs') AS run \\watch 0.05");
                out.say(terminal.until(printed -> printed.contains("run 3"))
                        .replaceAll("(?m)^.*\\(every .*\\)$", "TIME")
                        .replaceAll("(?s)run 3.*", "run 3"));
                terminal.ctrlC();
                terminal.untilPrompt();
                out.say(terminal.line("SELECT nextval('runs') > 3 AS went_on;"));
            }
        });

        assertThat(seen).contains("run 1", "run 2", "run 3", " t\n");
    }

    @Test
    void notificationsFromAnotherSession() throws Exception {
        String seen = twice.sees((place, out) -> {
            try (Terminal terminal = Psql.at(place).interactive()) {
                terminal.untilPrompt();
                out.say(terminal.line("LISTEN news;"));
                Psql.at(place).command("NOTIFY news, 'read all about it'");
                Psql.at(place).command("SELECT pg_notify('news', ''), pg_notify('other', 'unheard')");
                out.say(terminal.line("SELECT 1;").replaceAll("PID \\d+", "PID"));
                out.say(terminal.line("NOTIFY news, 'to myself';").replaceAll("PID \\d+", "PID"));
                out.say(terminal.line("UNLISTEN news;"));
                Psql.at(place).command("NOTIFY news, 'too late'");
                out.say(terminal.line("SELECT 2;"));
            }
        });

        assertThat(seen)
                .contains("\"news\" with payload \"read all about it\" received from server process with PID")
                .contains("to myself")
                .doesNotContain("unheard", "too late");
    }

    private static void untilSleeping(Place place) throws Exception {
        while (Psql.at(place)
                .command("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = '"
                        + place.database() + "'")
                .isEmpty()) {
            Thread.onSpinWait();
        }
    }
}
