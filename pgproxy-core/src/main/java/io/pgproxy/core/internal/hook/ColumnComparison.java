package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.backend.RowDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The answers to Describe of statements, to be compared with what is known. An error of one is the client's. */
final class ColumnComparison implements AnswerOwner {
    private final HookSteering steering;
    private final Last last;
    private final Consumer<List<List<Column>>> then;
    private final Runnable failed;
    private final List<List<Column>> described = new ArrayList<>(2);
    private boolean over;

    /**
     * A comparison.
     *
     * @param last what ends it
     * @param then given the columns of each
     * @param failed told instead, if there was an error
     */
    ColumnComparison(HookSteering steering, Last last, Consumer<List<List<Column>>> then, Runnable failed) {
        this.steering = steering;
        this.last = last;
        this.then = then;
        this.failed = failed;
    }

    /** The last message whose answer it takes. */
    enum Last {
        DESCRIBE,
        CLOSE
    }

    /** Whether a client could not tell one result from the other: as equalTupleDescs in the server's tupdesc.c. */
    static boolean isSame(List<Column> some, List<Column> others) {
        if (some.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < some.size(); i++) {
            Column one = some.get(i);
            Column other = others.get(i);
            if (!one.name().equals(other.name())
                    || one.typeOid() != other.typeOid()
                    || one.typeModifier() != other.typeModifier()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        if (frame.tag() == 'E') {
            upstream.relay(frame.bytes());
            end(failed);
            return;
        }
        try {
            switch (frame.tag()) {
                case 'T' -> described(RowDescription.read(frame.body()).columns());
                case 'n' -> described(List.of());
                case '3' -> end(() -> then.accept(described));
                default -> {
                    // parameters, and that it was prepared
                }
            }
        } finally {
            frame.release();
        }
    }

    @Override
    public void skipped() {
        end(failed);
    }

    private void described(List<Column> columns) {
        described.add(columns);
        if (last == Last.DESCRIBE) {
            end(() -> then.accept(described));
        }
    }

    /** Behind this message's own bookkeeping. */
    private void end(Runnable last) {
        if (!over) {
            over = true;
            steering.session().loop().execute(() -> {
                if (!steering.isOver()) {
                    last.run();
                }
            });
        }
    }
}
