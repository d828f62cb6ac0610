package io.pgproxy.readonly;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.startup.StartupParameter;
import io.pgproxy.readonly.StartupOptions.Setting;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is believed of a server's settings and of its reading of {@code options}, asked of a server. */
@WithPostgres
class ServerSettingsTest {
    /** Any user may set them, and no client needs to: see {@link HarmlessSettings} for why they are left out. */
    private static final Set<String> LEFT_OUT = Set.of(
            "client_connection_check_interval",
            "commit_siblings",
            "debug_logical_replication_streaming",
            "debug_pretty_print",
            "debug_print_parse",
            "debug_print_plan",
            "debug_print_rewritten",
            "event_triggers",
            "exit_on_error",
            "file_copy_method",
            "local_preload_libraries",
            "log_parameter_max_length_on_error",
            "md5_password_warnings",
            "restrict_nonsystem_relation_kind",
            "scram_iterations",
            "send_abort_for_crash",
            "tcp_keepalives_count",
            "tcp_keepalives_idle",
            "tcp_keepalives_interval",
            "tcp_user_timeout",
            "trace_connection_negotiation",
            "trace_notify",
            "trace_sort",
            "vacuum_buffer_usage_limit",
            "vacuum_cost_delay",
            "vacuum_cost_limit",
            "vacuum_cost_page_dirty",
            "vacuum_cost_page_hit",
            "vacuum_cost_page_miss",
            "vacuum_failsafe_age",
            "vacuum_freeze_min_age",
            "vacuum_freeze_table_age",
            "vacuum_max_eager_freeze_failure_rate",
            "vacuum_multixact_failsafe_age",
            "vacuum_multixact_freeze_min_age",
            "vacuum_multixact_freeze_table_age",
            "vacuum_truncate",
            "wal_sender_timeout",
            "wal_skip_threshold");

    @Test
    void everySettingThatAnyUserMaySetWasLookedAt(TestDatabase database) throws SQLException {
        List<String> names = database.query("SELECT lower(name) FROM pg_settings WHERE context = 'user'").stream()
                .map(row -> String.valueOf(row.get(0)))
                .toList();

        assertThat(names)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(HarmlessSettings.ALL.contains(name)
                                || SettingRules.FIXED.contains(name)
                                || LEFT_OUT.contains(name))
                        .as(name)
                        .isTrue());
    }

    @Test
    void aServerReadsOptionsAsTheyAreReadHere(TestDatabase database) throws SQLException {
        Random random = new Random(21);
        int read = 0;
        for (int round = 0; round < 60; round++) {
            String options = "-c app.v=" + letters(random) + " --app.w=" + letters(random);
            List<Setting> settings = StartupOptions.parse(options);
            if (settings == null) {
                continue;
            }
            read++;
            for (String sent : List.of(options, StartupOptions.render(settings))) {
                try (Connection connection = connect(database, sent)) {
                    for (Setting setting : settings) {
                        assertThat(current(connection, setting.name()))
                                .as(sent)
                                .isEqualTo(last(settings, setting.name()));
                    }
                }
            }
        }
        assertThat(read).isGreaterThan(20);
    }

    @Test
    void whatIsAskedForAtStartupIsReadOnlyWhateverTheClientAsked(TestDatabase database) throws SQLException {
        Startup asked = new Startup(List.of(new StartupParameter(
                "options", "-c default_transaction_read_only=off --default-transaction-read-only=off -c geqo=off")));
        Verdict<Startup> verdict = ReadOnlyHook.builder().build().connected(new OfflineSession(), asked);
        Startup startup = ((Verdict.Done<Startup>) verdict).value();

        // The driver sends options alone: what comes behind them as a parameter is put behind them here.
        String options = startup.parameter("options") + " -c default_transaction_read_only="
                + startup.parameter("default_transaction_read_only");
        try (Connection connection = connect(database, options)) {
            for (String reset : List.of("RESET ALL", "DISCARD ALL")) {
                assertThat(current(connection, "transaction_read_only")).isEqualTo("on");
                assertThat(current(connection, "geqo")).isEqualTo("off");
                try (Statement statement = connection.createStatement()) {
                    statement.execute(reset);
                }
            }
            assertThat(current(connection, "transaction_read_only")).isEqualTo("on");
        }
    }

    private static @Nullable String last(List<Setting> settings, String name) {
        return settings.stream()
                .filter(setting -> setting.name().equals(name))
                .map(Setting::value)
                .reduce((one, later) -> later)
                .orElse(null);
    }

    private static String letters(Random random) {
        String letters = "ab=-\\\\ \t'\"";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    private static Connection connect(TestDatabase database, String options) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("options", options);
        return DriverManager.getConnection(database.jdbcUrl(), properties);
    }

    private static String current(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT current_setting('" + setting + "')")) {
            result.next();
            return result.getString(1);
        }
    }
}
