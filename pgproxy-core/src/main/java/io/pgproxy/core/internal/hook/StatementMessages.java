package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.hook.Statement;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.sql.AnalyzedStatement;
import io.pgproxy.sql.SqlAnalysis;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides about Parse, and about Describe and Close of a statement. */
final class StatementMessages {
    private static final PgError SEVERAL =
            PgError.of(SqlState.SYNTAX_ERROR, "cannot insert multiple commands into a prepared statement");

    private final HookSteering steering;
    private final Preparation preparation;
    private final Admission admission;
    private final OwnReplies replies;
    private final PreparedTexts prepared;
    private final ServedAnswers served;

    StatementMessages(
            HookSteering steering,
            Preparation preparation,
            Admission admission,
            PreparedTexts prepared,
            ServedAnswers served) {
        this.steering = steering;
        this.preparation = preparation;
        this.admission = admission;
        this.replies = admission.replies();
        this.prepared = prepared;
        this.served = served;
    }

    private Names<SqlStatement> statements() {
        return steering.names().statements;
    }

    private long exchange() {
        return steering.exchange().number();
    }

    void parse() {
        prepared.beginExchange();
        if (admission.mustPutSessionSettings()) {
            admission.putSessionSettings(steering::again, error -> admission.settingsRefused(error, List.of()));
            return;
        }
        ByteBuf body = steering.frame().body();
        BodyReader reader = new BodyReader(body);
        String name = reader.string();
        int from = body.readerIndex();
        int length = body.bytesBefore((byte) 0);
        if (length < 0) {
            throw new ProtocolException("invalid string in message");
        }
        body.skipBytes(length + 1);
        List<Integer> types = reader.list(4, BodyReader::int32);
        reader.end();
        SqlAnalysis analysis = steering.session().engine().analyze(body, from, length);
        List<AnalyzedStatement> found = analysis.statements();
        if (found.size() > 1) {
            steering.refuse(SEVERAL, "", List.of(), 0, forgotten(name));
            return;
        }
        AnalyzedStatement only = found.isEmpty() ? null : found.get(0);
        boolean unsure = !name.isEmpty() && statements().mustWait(name, exchange());
        if (unsure || (only != null && steering.names().mustWait(only.facts().effects(), exchange()))) {
            steering.waitForAnswers();
            return;
        }
        SqlStatement statement =
                new SqlStatement(steering.session(), only, Statement.Form.PREPARED, types, steering.generation());
        preparation.prepare(statement, steering.governed(), new Decision<>() {
            @Override
            public void decided(SqlStatement prepared, String by) {
                parsed(name, prepared);
            }

            @Override
            public void rejected(PgError error, String by) {
                steering.refuse(error, by, List.of(steering.begin(statement, null)), 0, forgotten(name));
            }
        });
    }

    /** The server forgets the unnamed statement when another one comes, be that one good or not. */
    private List<Names.Change<?>> forgotten(String name) {
        return name.isEmpty() ? List.of(statements().change(name, null, exchange())) : List.of();
    }

    private void parsed(String name, SqlStatement statement) {
        steering.exchange().prepares(statement);
        SqlStatement before = name.isEmpty() ? null : statements().find(name);
        boolean own = statement.answer() != null;
        if (before != null && (own || before.answer() != null)) {
            steering.refuse(
                    PgError.of(
                            SqlState.DUPLICATE_PREPARED_STATEMENT,
                            "prepared statement \"" + name + "\" already exists"),
                    "");
            return;
        }
        if (own) {
            replies.parsed(
                    () -> statements().change(name, statement, exchange()).confirm());
            return;
        }
        Names.Change<SqlStatement> change = statements().change(name, statement, exchange());
        NameWatch watch = new NameWatch(
                steering.session(),
                change,
                prepared.heldAs(name, statement),
                error -> unprepared(name, statement, error));
        if (before == null && served.takes(statement)) {
            served.parse(name, statement, change, watch);
        } else {
            send(name, statement, watch, before);
        }
    }

    private void unprepared(String name, SqlStatement statement, @Nullable PgError error) {
        statement.unprepared(error);
        if (error != null) {
            forgotten(name).forEach(Names.Change::confirm);
        }
    }

    private void send(String name, SqlStatement statement, NameWatch watch, @Nullable SqlStatement before) {
        Runnable named = prepared.bringNamed(statement);
        steering.forwardBehind(
                () -> {
                    admission.putSessionSettings(statement);
                    if (before != null) {
                        prepared.bring(name, before); // the server has to know it to refuse this one
                    } else {
                        prepared.free(name);
                    }
                    named.run();
                    prepared.sent(name, statement);
                },
                message -> prepared.asSent(message, name, statement),
                watch);
    }

    void describe(String name) {
        if (statements().mustWait(name, exchange())) {
            steering.waitForAnswers();
            return;
        }
        SqlStatement statement = statements().find(name);
        if (statement == null) {
            steering.refuse(none(name), "");
        } else if (statement.answer() != null) {
            replies.describedStatement(statement);
        } else {
            AnswerOwner watch = statement.generation().stages().readsColumns()
                    ? new DescribeWatch(steering.session(), statement, null, true)
                    : null;
            if (served.takes(statement)) {
                served.describe(name, statement, watch);
            } else {
                Runnable named = prepared.bringNamed(statement);
                steering.forwardBehind(
                        () -> {
                            prepared.bring(name, statement);
                            named.run();
                        },
                        watch);
            }
        }
    }

    void close(String name) {
        if (statements().mustWait(name, exchange())) {
            steering.waitForAnswers();
            return;
        }
        SqlStatement statement = statements().find(name);
        Names.Change<?> change = statements().change(name, null, exchange());
        if (statement != null && statement.answer() != null) {
            replies.closed(change::confirm);
            return;
        }
        NameWatch watch = new NameWatch(steering.session(), change);
        if (statement != null && steering.heldBack().takes()) {
            served.closeStatement(statement, change, watch);
        } else {
            steering.forward(watch); // code on the server may have prepared what nobody here knows
        }
    }

    /** What the server says to a name that stands for nothing. */
    static PgError none(String name) {
        return PgError.of(
                SqlState.INVALID_SQL_STATEMENT_NAME,
                name.isEmpty()
                        ? "unnamed prepared statement does not exist"
                        : "prepared statement \"" + name + "\" does not exist");
    }
}
