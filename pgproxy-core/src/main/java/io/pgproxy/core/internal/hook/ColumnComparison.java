package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.session.AnswerOwner;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.message.backend.RowDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The answers to Describe of two statements. An error of one is the client's. */
final class ColumnComparison implements AnswerOwner {
    private final HookSteering steering;
    private final BiConsumer<List<Column>, List<Column>> then;
    private final List<List<Column>> described = new ArrayList<>(2);
    private boolean over;

    ColumnComparison(HookSteering steering, BiConsumer<List<Column>, List<Column>> then) {
        this.steering = steering;
        this.then = then;
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
            end(steering::dropUndecided);
            return;
        }
        try {
            switch (frame.tag()) {
                case 'T' -> described.add(RowDescription.read(frame.body()).columns());
                case 'n' -> described.add(List.of());
                case '3' -> end(() -> then.accept(described.get(0), described.get(1)));
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
        end(steering::dropUndecided);
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
