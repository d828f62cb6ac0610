package io.pgproxy.hook.ready;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pgproxy.core.internal.hook.row.RowPipe;
import io.pgproxy.hook.Ending;
import io.pgproxy.hook.Outcome;
import io.pgproxy.hook.QueryRows;
import io.pgproxy.hook.RowTransform;
import io.pgproxy.hook.Statement;
import io.pgproxy.hook.Terms;
import io.pgproxy.hook.Verdict;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.Oid;
import io.pgproxy.protocol.message.backend.DataRow;
import io.pgproxy.protocol.server.PgErrorException;
import io.pgproxy.testkit.junit.WithPostgres;
import io.pgproxy.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithPostgres
final class MaskColumnsTest {
    private static final Pattern PARAMETER = Pattern.compile("\\$([0-9])");

    private final MaskColumns hook = MaskColumns.builder()
            .column("email", Mask.fixed("***"))
            .column("public", "Customers", "iban", Mask.lastFour())
            .refreshEvery(Duration.ofHours(1))
            .build();
    private final Given.GivenSession session = new Given.GivenSession();
    private int asked;
    private boolean unreachable;

    @BeforeEach
    void upstream(TestDatabase database) throws Exception {
        database.execute("DROP TABLE IF EXISTS \"Customers\", payments, odd CASCADE");
        database.execute("CREATE TABLE \"Customers\" (id int, email text, iban text)");
        database.execute("CREATE TABLE payments (iban text, amount int)");
        session.upstream((sql, parameters) -> {
            asked++;
            return unreachable
                    ? CompletableFuture.failedFuture(new IllegalStateException("unreachable"))
                    : query(database, sql, parameters);
        });
    }

    @Test
    void columnsAreMaskedByTableAndNumberWhateverTheirLabel(TestDatabase database) throws Exception {
        login();

        assertThat(masked(database, "id", "\"Customers\"", 1)).isEqualTo("a long value");
        assertThat(masked(database, "x", "\"Customers\"", 2)).isEqualTo("***");
        assertThat(masked(database, "x", "\"Customers\"", 3)).isEqualTo("****alue");
        assertThat(masked(database, "iban", "payments", 1)).isEqualTo("a long value");
    }

    @Test
    void aLabelThatIsMaskedEverywhereIsMaskedWithoutATableToo() {
        login();

        assertThat(masked(Column.text("email"))).isEqualTo("***");
        assertThat(masked(Column.text("upper"))).isEqualTo("a long value");
        assertThat(masked(Column.text("iban"))).isEqualTo("a long value");
    }

    @Test
    void aResultWithoutMaskedColumnsStaysUndecoded(TestDatabase database) throws Exception {
        login();

        assertThat(transform(List.of(column(database, "iban", "payments", 1)))).isSameAs(RowTransform.NONE);
        assertThat(transform(List.of())).isSameAs(RowTransform.NONE);
    }

    @Test
    void partitionsAndHeirsAreMaskedWithTheirTable(TestDatabase database) throws Exception {
        database.execute("CREATE TABLE heir (extra int) INHERITS (\"Customers\")");
        database.execute("CREATE TABLE grandchild () INHERITS (heir)");
        login();

        assertThat(masked(database, "x", "heir", 3)).isEqualTo("****alue");
        assertThat(masked(database, "x", "grandchild", 3)).isEqualTo("****alue");
    }

    @Test
    void aTableMadeAgainIsRefusedUntilItIsLookedUpAndThenMasked(TestDatabase database) throws Exception {
        login();
        database.execute("DROP TABLE \"Customers\"");
        database.execute("CREATE TABLE \"Customers\" (iban text, email text)");
        Column iban = column(database, "x", "\"Customers\"", 1);

        assertNotLookedUp(List.of(Column.text("a"), iban));

        assertThat(masked(iban)).isEqualTo("****alue");
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void aColumnAddedToAKnownTableIsRefusedUntilItIsLookedUp(TestDatabase database) throws Exception {
        login();
        database.execute("ALTER TABLE payments ADD COLUMN email text");
        Column email = column(database, "x", "payments", 3);

        assertNotLookedUp(List.of(email));

        assertThat(masked(email)).isEqualTo("***");
    }

    @Test
    void aDefinitionChangedThroughTheProxyIsLookedUpWhenItsTransactionEnds(TestDatabase database) throws Exception {
        login();
        database.execute("ALTER TABLE payments RENAME COLUMN iban TO email");
        Outcome outcome = new Outcome(
                Outcome.Status.SUCCEEDED,
                Outcome.Source.UPSTREAM,
                List.of(),
                0,
                0,
                Duration.ZERO,
                Duration.ZERO,
                null,
                "");
        hook.completed(Given.execution("ALTER TABLE payments RENAME COLUMN iban TO email", session), outcome);
        assertThat(masked(database, "x", "payments", 1)).isEqualTo("a long value");

        hook.transactionEnded(session, Ending.COMMITTED);

        assertThat(masked(database, "x", "payments", 1)).isEqualTo("***");
        hook.transactionEnded(session, Ending.COMMITTED);
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void systemColumnsAndCataloguesAreKnown(TestDatabase database) throws Exception {
        login();

        assertThat(masked(database, "ctid", "payments", -1)).isEqualTo("a long value");
        assertThat(masked(database, "relname", "pg_catalog.pg_class", 2)).isEqualTo("a long value");
    }

    @Test
    void aSessionThatNeverLoggedInWithTheHookIsRefusedAtFirst() {
        assertNotLookedUp(List.of(Column.text("a")));
        assertThat(masked(Column.text("a"))).isEqualTo("a long value");
    }

    @Test
    void aLoginFailsIfTheMasksCannotBeFound() {
        unreachable = true;

        assertThat(authenticated()).isInstanceOf(Verdict.Reject.class);
        unreachable = false;
        assertThat(authenticated()).isEqualTo(Verdict.proceed());
    }

    @Test
    void oneLookUpServesAllSessionsOfADatabase() {
        login();
        login();

        assertThat(asked).isEqualTo(1);
    }

    @Test
    void aBinaryColumnIsMaskedInBinary() {
        Column column = Column.int4("email").in(Format.BINARY);
        MaskColumns zero =
                MaskColumns.builder().column("email", Mask.fixed("0")).build();
        zero.authenticated(session);
        RowTransform transform =
                zero.transform(Given.statement("SELECT 1", Statement.Form.QUERY, session), List.of(column));

        DataRow row = mapped(transform, column, Bytes.copyOf(new byte[] {1, 2, 3, 4}));

        assertThat(row.values()).containsExactly(Bytes.copyOf(new byte[4]));
    }

    @Test
    void namesWithQuotesAndBackslashesAreFound(TestDatabase database) throws Exception {
        database.execute("CREATE TABLE odd (\"a\"\"b\\,{}\" text)");
        MaskColumns odd =
                MaskColumns.builder().column("a\"b\\,{}", Mask.fixed("***")).build();
        odd.authenticated(session);
        Column column = column(database, "x", "odd", 1);

        RowTransform transform =
                odd.transform(Given.statement("SELECT 1", Statement.Form.QUERY, session), List.of(column));

        assertThat(transform).isNotSameAs(RowTransform.NONE);
    }

    @Test
    void twoMasksForOneColumnAreAnError() {
        MaskColumns.Builder builder = MaskColumns.builder().column("email", Mask.toNull());

        assertThatIllegalArgumentException().isThrownBy(() -> builder.column("email", Mask.fixed("x")));
    }

    private void login() {
        assertThat(authenticated()).isEqualTo(Verdict.proceed());
    }

    private Verdict<Terms> authenticated() {
        Verdict<Terms> verdict = hook.authenticated(session);
        return verdict instanceof Verdict.Deferred<Terms> deferred
                ? deferred.stage().toCompletableFuture().join()
                : verdict;
    }

    private void assertNotLookedUp(List<Column> columns) {
        assertThatExceptionOfType(PgErrorException.class)
                .isThrownBy(() -> transform(columns))
                .satisfies(refusal -> assertThat(refusal.error().sqlState()).isEqualTo("55000"));
    }

    private RowTransform transform(List<Column> columns) {
        return hook.transform(Given.statement("SELECT 1", Statement.Form.QUERY, session), columns);
    }

    private @Nullable String masked(TestDatabase database, String label, String table, int number) throws Exception {
        return masked(column(database, label, table, number));
    }

    private @Nullable String masked(Column column) {
        Bytes value = mapped(transform(List.of(column)), column, Bytes.of("a long value"))
                .values()
                .get(0);
        return value == null ? null : value.text();
    }

    private DataRow mapped(RowTransform transform, Column column, Bytes value) {
        ByteBuf row = Unpooled.buffer();
        new DataRow(List.of(value)).write(row);
        ByteBuf out =
                new RowPipe(List.of(column), List.of(transform.open(Given.execution("SELECT 1", session)))).map(row);
        assertThat(out).isNotNull();
        try {
            return DataRow.read(out.skipBytes(5));
        } finally {
            out.release();
        }
    }

    private static Column column(TestDatabase database, String label, String table, int number) throws Exception {
        String oid =
                database.query("SELECT '" + table + "'::regclass::oid").get(0).get(0);
        return new Column(label, Integer.parseUnsignedInt(oid), (short) number, Oid.TEXT, (short) -1, -1, Format.TEXT);
    }

    private static CompletionStage<QueryRows> query(
            TestDatabase database, String sql, List<@Nullable String> parameters) {
        List<Integer> order = new ArrayList<>();
        Matcher matcher = PARAMETER.matcher(sql);
        while (matcher.find()) {
            order.add(Integer.parseInt(matcher.group(1)));
        }
        try (Connection connection = database.connect();
                PreparedStatement statement =
                        connection.prepareStatement(PARAMETER.matcher(sql).replaceAll("?"))) {
            for (int i = 0; i < order.size(); i++) {
                statement.setString(i + 1, parameters.get(order.get(i) - 1));
            }
            List<List<@Nullable String>> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                int width = result.getMetaData().getColumnCount();
                while (result.next()) {
                    List<@Nullable String> row = new ArrayList<>();
                    for (int i = 1; i <= width; i++) {
                        row.add(result.getString(i));
                    }
                    rows.add(row);
                }
            }
            return CompletableFuture.completedFuture(
                    new QueryRows(Collections.emptyList(), rows, "SELECT " + rows.size()));
        } catch (SQLException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }
}
