package io.pgproxy.core.internal.fanout;

import io.netty.buffer.ByteBuf;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.RefusalAnswer;
import io.pgproxy.protocol.PgError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One writer's part in an exchange: what it answers to the client's messages, and to what we have it do around them.
 */
final class Share {
    private final Writer writer;
    private final Answer answer;
    private @Nullable Command begin;
    private @Nullable Command check;
    private @Nullable Command end;
    private @Nullable PgError lost;
    private boolean asked;
    private boolean synced;

    Share(Writer writer, Answer answer) {
        this.writer = writer;
        this.answer = answer;
    }

    Writer writer() {
        return writer;
    }

    Answer answer() {
        return answer;
    }

    /**
     * Sends a message of the client's, or in the place of one.
     *
     * @param kind of {@link ExpectedAnswers}, or 0 for one that is not answered
     * @param bytes owned by the callee
     */
    void send(byte kind, ByteBuf bytes) {
        if (kind == 0) {
            writer.upstream().send(bytes);
        } else {
            asked |= kind >= ExpectedAnswers.QUERY;
            writer.send(kind, answer, bytes);
        }
    }

    /**
     * Begins a block. By no Query: so a writer that cannot begin skips what was sent behind it, and does not run it
     * without a block.
     */
    void begin(String name) {
        begin = batched(name, "BEGIN");
    }

    /** What would fail at COMMIT has to fail now: then nobody has committed. */
    void check() {
        check = query("SET CONSTRAINTS ALL IMMEDIATE");
    }

    /** As {@link #check()}, within a batch. */
    void checkInBatch(String name) {
        check = batched(name, "SET CONSTRAINTS ALL IMMEDIATE");
        writer.upstream().send(ExtendedCommand.flush());
    }

    /** COMMIT, or ROLLBACK. */
    void end(String sql) {
        end = query(sql);
    }

    /** Has its block fail. */
    void fail(String impossibleName) {
        Command command = Command.withSync();
        end = command;
        writer.send(ExpectedAnswers.EXECUTE, command, RefusalAnswer.impossibleExecute(impossibleName));
        writer.send(ExpectedAnswers.SYNC, command, ExtendedCommand.sync());
    }

    private Command query(String sql) {
        Command command = Command.ofQuery();
        writer.send(ExpectedAnswers.QUERY, command, Command.query(sql));
        return command;
    }

    private Command batched(String name, String sql) {
        Command command = Command.inBatch();
        writer.upstream().sentFor(ExpectedAnswers.CLOSE, command);
        writer.upstream().sentFor(ExpectedAnswers.PARSE, command);
        writer.upstream().sentFor(ExpectedAnswers.BIND, command);
        writer.upstream().sentFor(ExpectedAnswers.EXECUTE, command);
        writer.upstream().sentFor(ExpectedAnswers.CLOSE, command);
        writer.send(ExpectedAnswers.CLOSE, command, ExtendedCommand.of(name, sql));
        return command;
    }

    /** What a writer without a block was to run as a Query it has skipped, and goes on doing so until Sync. */
    void syncIfUnbegun() {
        if (notBegun() != null && !synced) {
            synced = true;
            send(ExpectedAnswers.SYNC, ExtendedCommand.sync());
        }
    }

    /** Why it has no block; null if it has, or needs none. */
    @Nullable
    PgError notBegun() {
        return begin == null ? null : begin.error();
    }

    /** The first thing that was wrong; null if nothing is so far. */
    @Nullable
    PgError error() {
        PgError unbegun = notBegun();
        PgError said = unbegun == null ? answer.error() : unbegun;
        if (said == null && check != null) {
            said = check.error();
        }
        return said == null ? lost : said;
    }

    boolean isChecked() {
        return check != null;
    }

    /** Whether no answer to our question for deferred constraints is awaited. */
    boolean isCheckOver() {
        return check == null || check.isOver() || isLost();
    }

    /** Whether nothing of the exchange is awaited, as far as it was sent. */
    boolean isDone() {
        return isLost() || ((!asked || answer.isReady()) && isCheckOver());
    }

    /** Whether it has answered whatever it was sent. */
    boolean isQuiet() {
        return isLost() || writer.upstream().expected().isEmpty();
    }

    /** Whether it has ended the block, or had nothing to end. */
    boolean isEnded() {
        return isLost() || end == null || end.isOver();
    }

    /** The writer is gone: nothing more comes. */
    void lost(PgError why) {
        lost = why;
    }

    boolean isLost() {
        return lost != null;
    }

    Verdicts.Said said() {
        return new Verdicts.Said(writer.name(), error(), answer.tags());
    }

    /** What it has said to our COMMIT. */
    Verdicts.Said saidAtEnd() {
        PgError failed = end == null ? null : end.error();
        return new Verdicts.Said(writer.name(), lost == null ? failed : lost, List.of("COMMIT"));
    }
}
