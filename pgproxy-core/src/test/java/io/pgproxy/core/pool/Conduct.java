package io.pgproxy.core.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client does to its session, and how to see what the session is.
 *
 * @param what it is about
 * @param leaves whether something of it is left
 * @param probe shows it
 * @param steps in order
 */
record Conduct(String what, boolean leaves, String probe, List<Step> steps) {
    /** One thing that a client does. */
    interface Step {
        void take(PooledClient client) throws IOException;
    }

    /** Leaves something behind. */
    static Conduct leaving(String what, String probe, String... statements) {
        return new Conduct(what, true, probe, simple(statements));
    }

    /** Leaves nothing behind. */
    static Conduct passing(String what, String probe, String... statements) {
        return new Conduct(what, false, probe, simple(statements));
    }

    /** Leaves something behind by the extended protocol. */
    static Conduct bound(String what, String probe, String sql, String... parameters) {
        return new Conduct(
                what,
                true,
                probe,
                List.of(client ->
                        assertThat(client.askBound(sql, parameters).error()).isNull()));
    }

    /** Those with {@code !} in front fail. */
    private static List<Step> simple(String... statements) {
        List<Step> steps = new ArrayList<>();
        for (String statement : statements) {
            steps.add(
                    statement.startsWith("!")
                            ? client -> client.refused(statement.substring(1))
                            : client -> client.rows(statement));
        }
        return steps;
    }

    /** With something else behind each step: the next is not asked for while the pool is still about the one before. */
    void slowlyBy(PooledClient client) throws IOException {
        for (Step step : steps) {
            step.take(client);
            client.ask("select 1");
        }
    }

    void by(PooledClient client) throws IOException {
        for (Step step : steps) {
            step.take(client);
        }
    }

    @Override
    public String toString() {
        return what;
    }
}
