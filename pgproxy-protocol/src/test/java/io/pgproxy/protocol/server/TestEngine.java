package io.pgproxy.protocol.server;

import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Oid;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.TransactionStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A small language: {@code rows N}, {@code echo} (one parameter), {@code begin}, {@code commit}, {@code fail},
 * {@code late} (a row, then an error), {@code bug}, {@code fatal}, {@code do}, {@code savepoint} (rolls back to one),
 * {@code tell} (a notice and a setting). It notes what happens to it.
 */
final class TestEngine implements QueryEngine {
    final List<String> events = new ArrayList<>();
    boolean refuseCommit;
    private boolean blockFailed;

    @Override
    public List<String> split(String sql) {
        return Arrays.stream(sql.split(";", -1))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }

    @Override
    public boolean endsTransaction(String sql) {
        return sql.equals("commit") || sql.equals("savepoint");
    }

    @Override
    public PreparedQuery prepare(String sql, List<Integer> parameterTypes) {
        events.add("prepare " + sql);
        String[] words = sql.split(" ", 2);
        return switch (words[0]) {
            case "rows" -> rows(Integer.parseInt(words[1]));
            case "echo" ->
                PreparedQuery.of(
                        List.of(Oid.TEXT),
                        List.of(Column.text("echo")),
                        parameters -> QueryResult.rows(
                                List.of(Arrays.asList(parameters.get(0).value()))));
            case "begin" -> command(QueryResult.command("BEGIN").then(TransactionStatus.IN_TRANSACTION));
            case "commit" -> PreparedQuery.of(List.of(), parameters -> commit());
            case "savepoint" -> command(QueryResult.command("ROLLBACK").then(TransactionStatus.IN_TRANSACTION));
            case "tell" ->
                command(QueryResult.command("SET")
                        .withNotice(PgError.notice("well"))
                        .withParameterStatus("TimeZone", "UTC"));
            case "do" -> command(QueryResult.command("DO"));
            case "late" -> late();
            case "bug" -> throw new IllegalStateException("not for the client");
            case "fatal" ->
                throw new PgErrorException(PgError.of("57P01", "bye").fatal());
            default -> throw new PgErrorException("42P01", "relation does not exist");
        };
    }

    private QueryResult commit() {
        String tag = blockFailed ? "ROLLBACK" : "COMMIT";
        blockFailed = false;
        return QueryResult.command(tag).then(TransactionStatus.IDLE);
    }

    private PreparedQuery rows(int count) {
        return PreparedQuery.of(
                List.of(Column.int4("n")),
                parameters -> QueryResult.rows(IntStream.rangeClosed(1, count)
                                .mapToObj(List::of)
                                .iterator())
                        .onClose(() -> events.add("closed")));
    }

    private static PreparedQuery command(QueryResult result) {
        return PreparedQuery.of(List.of(), parameters -> result);
    }

    private PreparedQuery late() {
        return PreparedQuery.of(
                List.of(Column.int4("n")),
                parameters -> QueryResult.rows(IntStream.of(1, 0)
                                .mapToObj(n -> {
                                    if (n == 0) {
                                        throw new PgErrorException("22012", "division by zero");
                                    }
                                    return List.of(n);
                                })
                                .iterator())
                        .onClose(() -> events.add("closed")));
    }

    @Override
    public void failBlock() {
        blockFailed = true;
    }

    @Override
    public void endExchange(boolean commit) {
        events.add(commit ? "keep" : "undo");
        if (commit && refuseCommit) {
            throw new PgErrorException("23505", "deferred");
        }
    }

    @Override
    public void failed(RuntimeException cause) {
        events.add("failed " + cause.getMessage());
    }

    @Override
    public void close() {
        events.add("close");
    }
}
