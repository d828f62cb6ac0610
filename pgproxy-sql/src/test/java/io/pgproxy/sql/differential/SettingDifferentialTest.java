package io.pgproxy.sql.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgproxy.sql.Facts;
import io.pgproxy.sql.SessionEffect;
import io.pgproxy.sql.SessionEffect.AllReset;
import io.pgproxy.sql.SessionEffect.Discarded;
import io.pgproxy.sql.SessionEffect.SettingReset;
import io.pgproxy.sql.SessionEffect.SettingSet;
import io.pgproxy.sql.SqlAnalyzer;
import io.pgproxy.sql.StatementKind;
import io.pgproxy.sql.TransactionControl;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever takes a session out of READ ONLY on a server, by statements of which nobody planned the words. */
@WithPostgres
class SettingDifferentialTest {
    private static final int ROUNDS = Integer.getInteger("pgproxy.differential.rounds", 5_000);
    private static final long SEED = Long.getLong("pgproxy.differential.seed", 20_261_120L);
    private static final String[] STARTS = {
        "set",
        "set",
        "set session",
        "set local",
        "set transaction",
        "set session characteristics as transaction",
        "begin",
        "start transaction",
        "reset",
        "commit and chain",
        "rollback",
        "show",
        "discard",
        "set constraints",
    };
    private static final String[] NAMES = {
        "default_transaction_read_only",
        "\"Default_Transaction_Read_Only\"",
        "U&\"default_transaction_read!005fonly\" uescape '!'",
        "transaction_read_only",
        "TRANSACTION_READ_ONLY",
        "\"transaction_read_only\"",
        "work_mem",
        "a.b",
        "session",
        "local",
        "transaction",
        "role",
    };
    private static final String[] VALUES = {
        "off",
        "'off'",
        "false",
        "0",
        "-1",
        "$$no$$",
        "e'\\x6fff'",
        "'o' --\n'ff'",
        "U&'off'",
        "\"off\"",
        "on",
        "default",
        "from current",
        "'UTC'",
        "none",
    };
    private static final String[] WORDS = {
        "session",
        "local",
        "transaction",
        "characteristics",
        "as transaction",
        "read",
        "read write",
        "read only",
        "write",
        "isolation level repeatable read",
        "not deferrable",
        ",",
        "=",
        "to",
        ".",
        "time zone",
        "role",
        "authorization",
        "names",
        "schema",
        "xml option",
        "document",
        "all",
        "deferred",
        "work",
        "chain",
        "/**/",
    };
    private static final List<String> READ_ONLY = List.of("transaction_read_only", "default_transaction_read_only");

    private final Random random = new Random(SEED);
    private final List<String> unseen = new ArrayList<>();
    private final List<String> unknown = new ArrayList<>();
    private int left;

    @Test
    void nothingLeavesReadOnlyUnseen(TestDatabase database) throws SQLException {
        String url = database.jdbcUrl() + (database.jdbcUrl().contains("?") ? "&" : "?") + "preferQueryMode=simple";
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                SqlAnalyzer analyzer = SqlAnalyzer.builder().build()) {
            for (int round = 0; round < ROUNDS; round++) {
                String text = text();
                compare(
                        statement,
                        text,
                        analyzer.analyze(text).statements().get(0).facts());
            }
        }

        assertThat(unseen).isEmpty();
        assertThat(unknown).as("what the server takes and we do not understand").isEmpty();
        assertThat(left).as("statements that left READ ONLY").isGreaterThan(ROUNDS / 100);
    }

    private void compare(Statement statement, String text, Facts facts) throws SQLException {
        statement.execute("set default_transaction_read_only = on");
        statement.execute("begin");
        boolean accepted = accepts(statement, text);
        if (accepted && facts.kind() == StatementKind.UNKNOWN) {
            unknown.add(text);
        }
        if (accepted && mayWrite(statement)) {
            left++;
            if (!tells(facts)) {
                unseen.add(facts + ": " + text);
            }
        }
        statement.execute("rollback");
    }

    private static boolean accepts(Statement statement, String text) {
        try {
            statement.execute(text);
            return true;
        } catch (SQLException refused) {
            return false;
        }
    }

    private static boolean mayWrite(Statement statement) throws SQLException {
        for (String setting : READ_ONLY) {
            try (ResultSet row = statement.executeQuery("show " + setting)) {
                row.next();
                if (row.getString(1).equals("off")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean tells(Facts facts) {
        TransactionControl transaction = facts.transaction();
        return facts.kind() == StatementKind.UNKNOWN
                || (transaction != null && transaction.asksToWrite())
                || facts.effects().stream().anyMatch(SettingDifferentialTest::tells);
    }

    private static boolean tells(SessionEffect effect) {
        return (effect instanceof SettingSet set && READ_ONLY.contains(set.name()))
                || (effect instanceof SettingReset reset && READ_ONLY.contains(reset.name()))
                || effect instanceof AllReset
                || effect instanceof Discarded;
    }

    private String text() {
        StringBuilder text = new StringBuilder(pick(STARTS));
        for (int words = random.nextInt(3); words > 0; words--) {
            text.append(' ').append(pick(WORDS));
        }
        if (random.nextInt(3) > 0) {
            text.append(' ')
                    .append(pick(NAMES))
                    .append(random.nextBoolean() ? " = " : " to ")
                    .append(pick(VALUES));
        }
        if (random.nextInt(4) == 0) {
            text.append(' ').append(pick(random.nextBoolean() ? WORDS : VALUES));
        }
        return text.toString();
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
