package io.pgproxy.hook.ready;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.hook.RewriteHook;
import io.pgproxy.hook.Session;
import io.pgproxy.hook.SessionHook;
import io.pgproxy.hook.Startup;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.startup.StartupParameter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ApplicationNameTest {
    private static final SocketAddress CLIENT = address(new byte[] {(byte) 192, 0, 2, 7});

    @Test
    void theNameTellsUserAndAddress() {
        assertThat(name(ApplicationName.behindOwnName(), "psql", "alice", CLIENT))
                .isEqualTo("psql [alice@192.0.2.7:54321]");
        assertThat(name(ApplicationName.inFrontOfOwnName(), "psql", "alice", CLIENT))
                .isEqualTo("[alice@192.0.2.7:54321] psql");
        assertThat(name(ApplicationName.behindOwnName(), "", "alice", CLIENT)).isEqualTo("[alice@192.0.2.7:54321]");
    }

    @Test
    void theClientsOwnNameIsShortenedFirst() {
        String name = name(ApplicationName.behindOwnName(), "n".repeat(200), "alice", CLIENT);

        assertThat(name).hasSize(63).endsWith("nnn [alice@192.0.2.7:54321]");
    }

    @Test
    void aClientCannotPretendToBeAnother() {
        assertThat(name(ApplicationName.behindOwnName(), "x [root@10.0.0.1:1]\n", "a]b\u00e4", CLIENT))
                .isEqualTo("x (root@10.0.0.1:1)? [a)b?@192.0.2.7:54321]");
    }

    @Test
    void aStartupWithoutANameGetsOneAndKeepsTheRest() {
        Startup startup = new Startup(List.of(new StartupParameter("user", "alice")));

        Startup changed = connected(ApplicationName.behindOwnName(), startup, "alice", CLIENT);

        assertThat(changed.parameters())
                .containsExactly(
                        new StartupParameter("user", "alice"),
                        new StartupParameter("application_name", "[alice@192.0.2.7:54321]"));
    }

    @Test
    void theHalfThatNamesAtLoginReadsNoSql() {
        SessionHook half = ApplicationName.behindOwnName().atLogin();
        Startup startup = new Startup(List.of(new StartupParameter("application_name", "psql")));
        Session session = new Given.GivenSession().user("alice").client(CLIENT);

        assertThat(half.connected(session, startup))
                .isEqualTo(Verdict.of(startup.with("application_name", "psql [alice@192.0.2.7:54321]")));
        assertThat(half.authenticated(session)).isEqualTo(Verdict.proceed());
        assertThat(half).isNotInstanceOf(RewriteHook.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SET application_name = 'it''s' | SET application_name = 'it''s [alice@192.0.2.7:54321]'",
                "SET application_name = E'\\'x' | SET application_name = '[alice@192.0.2.7:54321]'",
                "SET application_name = \"it's\" | SET application_name = 'it''s [alice@192.0.2.7:54321]'",
                "set session Application_Name to psql; | SET application_name = 'psql [alice@192.0.2.7:54321]'",
                "SET LOCAL application_name = 'x' | SET LOCAL application_name = 'x [alice@192.0.2.7:54321]'",
                "SET application_name = '' | SET application_name = '[alice@192.0.2.7:54321]'"
            })
    void aClientThatNamesItselfLaterKeepsTheTag(String sql, String sent) {
        assertThat(rewrite(sql)).isEqualTo(Verdict.of(sent));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET application_name TO DEFAULT",
                "RESET application_name",
                "SET search_path = application_name",
                "SELECT 'SET application_name = 1'",
                ""
            })
    void otherStatementsStayAsTheyAre(String sql) {
        assertThat(rewrite(sql)).isEqualTo(Verdict.proceed());
    }

    private static Verdict<String> rewrite(String sql) {
        Given.GivenSession session = new Given.GivenSession().client(CLIENT);
        return ApplicationName.behindOwnName().rewrite(Given.statement(sql, Statement.Form.QUERY, session));
    }

    @Test
    void anyNameIsPrintableAsciiOfAtMost63Bytes() {
        Random random = new Random(9);
        for (int i = 0; i < 1000; i++) {
            byte[] address = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(address);
            String own = text(random);
            String user = text(random);

            String name = name(ApplicationName.behindOwnName(), own, user, address(address));

            assertThat(name).matches("[ -~]{1,63}").endsWith("]");
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(100);
        for (int i = 0; i < length; i++) {
            text.append((char) (1 + random.nextInt(random.nextBoolean() ? 200 : 60000)));
        }
        return text.toString();
    }

    private static String name(ApplicationName hook, String own, String user, SocketAddress client) {
        Startup startup = new Startup(List.of(new StartupParameter("application_name", own)));
        return String.valueOf(connected(hook, startup, user, client).parameter("application_name"));
    }

    private static Startup connected(ApplicationName hook, Startup startup, String user, SocketAddress client) {
        Verdict<Startup> verdict =
                hook.connected(new Given.GivenSession().user(user).client(client), startup);
        assertThat(verdict).isInstanceOf(Verdict.Done.class);
        return ((Verdict.Done<Startup>) verdict).value();
    }

    private static SocketAddress address(byte[] bytes) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), 54321);
        } catch (java.net.UnknownHostException cause) {
            throw new IllegalArgumentException(cause);
        }
    }
}
