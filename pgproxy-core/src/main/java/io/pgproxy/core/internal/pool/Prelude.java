package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.ExpectedAnswers;
import io.pgproxy.core.internal.session.Swallowed;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the pool puts in front of a client's message, so that the names in it mean what they mean to the client, and
 * nobody else's are there.
 */
final class Prelude {
    /** Whatever the pool asks for by itself, and nobody wants to hear about. */
    static final AnswerOwner UNSEEN = new Swallowed(false);

    private static final String FORGET_SEQUENCES = "DISCARD SEQUENCES";

    private final VirtualSession session;
    private final KeyedPool home;
    private final ClientState state;

    /** A statement that is never there, and one that is there for as long as it takes: no client can have such. */
    private final String nobody;

    private final String ownRun;

    Prelude(VirtualSession session, KeyedPool home, ClientState state) {
        this.session = session;
        this.home = home;
        this.state = state;
        this.nobody = home.pool().impossibleName();
        this.ownRun = nobody + "-run";
    }

    /** The name of a statement that is never there. */
    String nameOfNobody() {
        return nobody;
    }

    /** The name of a statement of the pool's own that is there for as long as it takes. */
    String nameOfOwn() {
        return ownRun;
    }

    /** Notes what is due. */
    static boolean due(byte kind, @Nullable AnswerOwner owner, PooledConnection to) {
        if (owner == null) {
            return to.upstream().expected().sent(kind, null);
        }
        boolean due = to.upstream().sentFor(kind, owner);
        if (!due) {
            owner.skipped();
        }
        return due;
    }

    static ByteBuf flush() {
        return ByteBufAllocator.DEFAULT.buffer(5).writeByte('H').writeInt(4);
    }

    static ByteBuf sync() {
        return ByteBufAllocator.DEFAULT.buffer(5).writeByte('S').writeInt(4);
    }

    /** Whether something before it has to be answered before this can be sent. */
    boolean mustWait(Footprint left, PooledConnection to) {
        if (to.isSettling() && left.has(Footprint.ENDS)) {
            return true;
        }
        boolean byName = !left.names().isEmpty()
                || left.has(Footprint.LISTS_STATEMENTS)
                || (left.has(Footprint.UNTRACKED) && (to.held().hasNamesOfClients() || hasOfSql()));
        return byName
                && !to.upstream().expected().isEmpty()
                && !to.upstream().expected().isSkipping();
    }

    /**
     * Puts in front of a statement what its names mean.
     *
     * @param inBatch whether the client's batch is open
     */
    void inFrontOf(Footprint left, boolean inBatch, PooledConnection to) {
        to.held().forgetRefusal(); // of something before it, perhaps another client's
        if (left.has(Footprint.RECALLS)) {
            state.recalls();
            if (to.hasSequencesOfOthers() && session.isFirstOnConnection()) {
                run(FORGET_SEQUENCES, inBatch ? Preparing.STEP : UNSEEN, inBatch, to);
                end(inBatch, to);
                to.sequencesForgotten();
            }
        }
        if (left.has(Footprint.LISTS_STATEMENTS)) {
            showOwn(inBatch, to);
        }
        if (left.has(Footprint.UNTRACKED)) {
            to.held().namesOfClients().forEach(name -> own(name, inBatch, to));
            bringOfSql(inBatch, to);
        }
        for (NameUse use : left.names()) {
            if (use.kind() != NameUse.Kind.FORGETS_ALL) {
                own(use.name(), inBatch, to);
            }
        }
    }

    /** Sees to it that a name in SQL means there what it means to the client. */
    private void own(String name, boolean inBatch, PooledConnection to) {
        ClientStatement mine = mine(name, to);
        if (mine == null) {
            absent(name, inBatch, to);
        } else if (!to.held().has(name, mine.statement())) {
            prepare(name, mine.statement(), inBatch, to);
        }
    }

    /**
     * What the client has prepared by a name, or null. If it has changed settings since by which the server may read it
     * anew, here or elsewhere, nobody else has the same any more: where it is, it means what it has meant.
     */
    @Nullable
    ClientStatement mine(String name, PooledConnection to) {
        ClientStatement mine = state.statements().get(name);
        if (mine == null || mine.statement().isReadBy(state.reading())) {
            return mine;
        }
        PooledStatement own = mine.statement().separate();
        to.held().rename(mine.there(), mine.statement(), own);
        to.held().rename(name, mine.statement(), own);
        ClientStatement separated = new ClientStatement(name, own, session);
        state.statements().put(name, separated);
        return separated;
    }

    private boolean hasOfSql() {
        for (ClientStatement own : state.statements().values()) {
            if (own.statement().isOfSql()) {
                return true;
            }
        }
        return false;
    }

    /** What runs may execute by a text of its own whatever the client has prepared by SQL. */
    private void bringOfSql(boolean inBatch, PooledConnection to) {
        for (ClientStatement own : state.statements().values()) {
            if (own.statement().isOfSql()) {
                own(own.name(), inBatch, to);
            }
        }
    }

    /** Has the statements there that the client has, by its names, and no others. */
    private void showOwn(boolean inBatch, PooledConnection to) {
        for (String held : to.held().names().toArray(new String[0])) {
            ClientStatement own = mine(held, to);
            if (own == null || !to.held().has(held, own.statement())) {
                absent(held, inBatch, to);
            }
        }
        for (String name : state.statements().keySet().toArray(new String[0])) {
            own(name, inBatch, to);
        }
    }

    /** No statement of that name may be there: it would be somebody else's. */
    void absent(String name, boolean inBatch, PooledConnection to) {
        PooledStatement others = to.held().at(name);
        if (others != null) {
            due(ExpectedAnswers.CLOSE, new Closing(name, others, to), to); // it is there until that is answered
            to.upstream().send(PooledStatement.close(name));
            end(inBatch, to);
        }
    }

    void prepare(String name, PooledStatement statement, boolean inBatch, PooledConnection to) {
        home.counts().prepared.increment();
        if (!name.isEmpty()) {
            makeRoom(name, to);
        }
        Preparing owner = new Preparing(name, statement, to, inBatch);
        String sql = statement.sql();
        if (sql == null) {
            due(ExpectedAnswers.PARSE, owner, to);
            to.upstream().send(statement.prepare(name));
        } else {
            run(sql, owner, inBatch, to);
        }
        end(inBatch, to);
    }

    /**
     * Runs PREPARE by the extended protocol: a Query cannot stand in a batch. Statement and portal have a name of their
     * own, for the client may have bound those without one.
     */
    private void run(String sql, AnswerOwner owner, boolean inBatch, PooledConnection to) {
        AnswerOwner rest = inBatch ? Preparing.STEP : UNSEEN;
        byte[] name = ownRun.getBytes(StandardCharsets.US_ASCII);
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(text.length + 128);
        close(ownRun, to);
        due(ExpectedAnswers.PARSE, rest, to);
        bytes.writeByte('P')
                .writeInt(name.length + text.length + 8)
                .writeBytes(name)
                .writeByte(0);
        bytes.writeBytes(text).writeByte(0).writeShort(0);
        due(ExpectedAnswers.BIND, rest, to);
        bytes.writeByte('B').writeInt(2 * name.length + 12);
        bytes.writeBytes(name).writeByte(0).writeBytes(name).writeByte(0);
        bytes.writeShort(0).writeShort(0).writeShort(0);
        due(ExpectedAnswers.EXECUTE, owner, to);
        bytes.writeByte('E')
                .writeInt(name.length + 9)
                .writeBytes(name)
                .writeByte(0)
                .writeInt(0);
        due(ExpectedAnswers.CLOSE, rest, to);
        bytes.writeByte('C')
                .writeInt(name.length + 6)
                .writeByte('P')
                .writeBytes(name)
                .writeByte(0);
        to.upstream().send(bytes);
        close(ownRun, to);
    }

    static void close(String name, PooledConnection to) {
        PooledStatement held = to.held().remove(name);
        due(ExpectedAnswers.CLOSE, held == null ? UNSEEN : new Closing(name, held, to), to);
        to.upstream().send(PooledStatement.close(name));
    }

    /** Outside of the client's batch it is one of its own. */
    private static void end(boolean inBatch, PooledConnection to) {
        if (!inBatch) {
            due(ExpectedAnswers.SYNC, UNSEEN, to);
            to.upstream().send(sync());
        }
    }

    static void makeRoom(String name, PooledConnection to) {
        to.held().tooMany().forEach(old -> close(old, to));
        close(name, to);
    }

    /** What its columns are has to be known where it is prepared anew, and they may have been changed. */
    static void learnColumns(String there, PooledStatement statement, PooledConnection to) {
        due(ExpectedAnswers.DESCRIBE, new Describing(there, statement, to), to);
        to.upstream().send(PooledStatement.describe(there));
    }

    @Override
    public String toString() {
        return "Prelude";
    }
}
