package io.pgproxy.readonly;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.startup.StartupParameter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartupRulesTest {
    @Test
    void theSessionIsAskedForReadOnlyBehindAllElse() {
        assertThat(passed("user", "alice", "database", "shop", "TimeZone", "UTC", "_pq_.x", "y"))
                .containsExactly(
                        "user=alice",
                        "database=shop",
                        "TimeZone=UTC",
                        "_pq_.x=y",
                        "client_encoding=UTF8",
                        "default_transaction_read_only=on");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "default_transaction_read_only",
                "Default_Transaction_READ_ONLY",
                "transaction_read_only",
                "TRANSACTION_read_only"
            })
    void theClientsOwnReadOnlySettingsAreTakenOut(String name) {
        assertThat(passed("user", "alice", name, "off", "client_encoding", "UTF8"))
                .containsExactly("user=alice", "client_encoding=UTF8", "default_transaction_read_only=on");
        assertThat(passed("options", "-c " + name + "=off --" + name.replace('_', '-') + "=off", "user", "alice"))
                .containsExactly("user=alice", "client_encoding=UTF8", "default_transaction_read_only=on");
        assertThat(passed("options", "-c work_mem=8MB -c" + name + "=off", "options", "-c geqo=off"))
                .containsExactly(
                        "options=-c work_mem=8MB",
                        "options=-c geqo=off",
                        "client_encoding=UTF8",
                        "default_transaction_read_only=on");
    }

    @Test
    void theEncodingIsAskedForOnce() {
        assertThat(passed("Client_Encoding", "'utf-8'"))
                .containsExactly("Client_Encoding='utf-8'", "default_transaction_read_only=on");
        assertThat(passed("options", "-c client-encoding=UTF8"))
                .containsExactly("options=-c client_encoding=UTF8", "default_transaction_read_only=on");
    }

    @Test
    void optionsAreWrittenAsTheyWereRead() {
        assertThat(passed("options", "  --search-path=a,\\ b\n-cgeqo=off "))
                .contains("options=-c search_path=a,\\ b -c geqo=off");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            role                          | postgres
            session_authorization         | postgres
            local_preload_libraries       | x
            session_preload_libraries     | x
            session_replication_role      | replica
            app.tenant                    | 1
            USER                          | postgres
            Options                       | -c work_mem=1
            nobody_knows                  | 1
            client_encoding               | LATIN1
            Client_Encoding               | sql_ascii
            standard_conforming_strings   | off
            options                       | -c role=postgres
            options                       | --standard-conforming-strings=off
            options                       | -c client_encoding=SJIS
            options                       | -P
            options                       | -c work_mem
            options                       | -B 100
            replication                   | true
            replication                   | database
            replication                   | on
            replication                   | 1
            replication                   | whatever
            """)
    void otherParametersAreRefused(String name, String value) {
        PgError error = OfflineClient.error(connected(ReadOnlyHook.builder(), name, value));

        assertThat(error).isNotNull();
        assertThat(error.sqlState()).isEqualTo("42501");
        assertThat(error.isFatal()).isTrue();
        assertThat(error.message()).startsWith("Write operations are not permitted: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "Off", "no", "0", "f"})
    void noReplicationIsLeftOut(String no) {
        assertThat(passed("replication", no))
                .containsExactly("client_encoding=UTF8", "default_transaction_read_only=on");
    }

    @Test
    void whatSetMayChangeASessionMayBeginWith() {
        ReadOnlyHookBuilder builder = ReadOnlyHook.builder().allowSettings("app.*");

        assertThat(OfflineClient.error(connected(builder, "App.tenant", "1"))).isNull();
        assertThat(OfflineClient.error(connected(builder, "options", "-c app.tenant=1")))
                .isNull();
    }

    @Test
    void sessionsMayBeginWithSettingsWhereSetIsRefused() {
        ReadOnlyHookBuilder builder = ReadOnlyHook.builder().refuseSettings();

        assertThat(OfflineClient.error(connected(builder, "DateStyle", "ISO"))).isNull();
        assertThat(OfflineClient.error(connected(builder, "role", "a"))).isNotNull();
    }

    private static List<String> passed(String... namesAndValues) {
        Verdict<Startup> verdict = connected(ReadOnlyHook.builder(), namesAndValues);
        assertThat(verdict).isInstanceOf(Verdict.Done.class);
        return ((Verdict.Done<Startup>) verdict)
                .value().parameters().stream()
                        .map(one -> one.name() + "=" + one.value())
                        .toList();
    }

    private static Verdict<Startup> connected(ReadOnlyHookBuilder builder, String... namesAndValues) {
        List<StartupParameter> parameters = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            parameters.add(new StartupParameter(namesAndValues[i], namesAndValues[i + 1]));
        }
        return builder.build().connected(new OfflineSession(), new Startup(parameters));
    }
}
