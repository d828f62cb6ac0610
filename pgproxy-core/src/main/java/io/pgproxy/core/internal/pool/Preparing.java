package io.pgproxy.core.internal.pool;

import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.frame.Frame;

/**
 * The answer to a Parse that was put in front of a message that needs it. Nobody hears of it, unless it fails: then
 * what it was for is skipped, and the error stands in its place. Where a batch of its own stands in front of a Query,
 * {@link NameWatch} exchanges the error that comes of that.
 */
final class Preparing implements AnswerOwner {
    /** A step on the way to it, within the client's batch. */
    static final AnswerOwner STEP = new AnswerOwner() {
        @Override
        public void answered(Frame frame, Upstream upstream) {
            if (frame.tag() == 'E') {
                upstream.relay(frame.bytes());
            } else {
                frame.release();
            }
        }

        @Override
        public void skipped() {}
    };

    private final String name;
    private final PooledStatement statement;
    private final PooledConnection connection;
    private final boolean inBatch;

    /** {@code inBatch} tells whether it is part of the client's batch. */
    Preparing(String name, PooledStatement statement, PooledConnection connection, boolean inBatch) {
        this.name = name;
        this.statement = statement;
        this.connection = connection;
        this.inBatch = inBatch;
    }

    /** Whether it has no name. */
    boolean isOfUnnamed() {
        return name.isEmpty();
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        if (frame.tag() == 'E' && inBatch) {
            upstream.relay(frame.bytes());
            return;
        }
        byte tag = frame.tag();
        if (tag == 'E') {
            connection.held().refused(name, PoolErrors.read(frame));
        }
        frame.release();
        if ((tag == '1' || tag == 'C') && !name.isEmpty()) { // PREPARE is run, not parsed
            connection.held().put(name, statement);
        }
    }

    @Override
    public void skipped() {}
}
