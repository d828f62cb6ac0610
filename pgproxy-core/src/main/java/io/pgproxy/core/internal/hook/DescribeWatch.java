package io.pgproxy.core.internal.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pgproxy.core.internal.session.Upstream;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.PgError;
import io.pgproxy.protocol.frame.Frame;
import io.pgproxy.protocol.frame.Interest;
import io.pgproxy.protocol.message.backend.ParameterDescription;
import io.pgproxy.protocol.message.backend.RowDescription;
import io.pgproxy.protocol.server.PgErrorException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sees the answer to Describe: the columns become those that the transforms show. */
final class DescribeWatch extends Watch {
    private static final Interest COLUMNS =
            Upstream.WATCHED.cut(BackendTag.PARAMETER_DESCRIPTION, BackendTag.ROW_DESCRIPTION, BackendTag.NO_DATA);

    private final SqlStatement statement;
    private final @Nullable HookExecution execution;
    private final boolean asked;

    /**
     * A watch.
     *
     * @param execution of a portal, whose columns have its formats; null for a statement
     * @param asked whether the client has asked; else its answer is for us alone
     */
    DescribeWatch(HookSession session, SqlStatement statement, @Nullable HookExecution execution, boolean asked) {
        super(session);
        this.statement = statement;
        this.execution = execution;
        this.asked = asked;
    }

    @Override
    public Interest interest() {
        return COLUMNS;
    }

    @Override
    public void answered(Frame frame, Upstream upstream) {
        if (frame.tag() == 'T') {
            described(frame, upstream);
        } else if (frame.tag() == 't') {
            statement.describedTypes(ParameterDescription.read(frame.body()).typeOids());
            upstream.relay(frame.bytes());
        } else if (asked || frame.tag() != 'n') {
            super.answered(frame, upstream);
        } else {
            frame.release();
        }
    }

    private void described(Frame frame, Upstream upstream) {
        try {
            List<Column> columns = RowDescription.read(frame.body()).columns();
            // A Bind says the formats of each execution; a cursor of SQL has its own.
            boolean bound = execution != null && execution.isBound();
            RowShape shape = RowShape.of(
                    statement.generation().stages(),
                    statement,
                    bound ? RowShape.in(columns, List.of(Format.TEXT)) : columns);
            statement.shape(shape);
            if (execution != null && execution.flow() != null) {
                execution.flow().described(shape);
            }
            if (asked) {
                upstream.relay(shape.isPlain() ? frame.bytes().retain() : shown(shape, columns));
            }
        } catch (PgErrorException failure) {
            // Rows that nobody can transform do not pass: Execute will find no shape, and fails.
            statement.unshapable(failure.error());
            if (asked) {
                upstream.relay(frame.bytes().retain());
            }
        } finally {
            frame.release();
        }
    }

    /** In the formats of the upstream's answer. */
    private static ByteBuf shown(RowShape shape, List<Column> formats) {
        ByteBuf changed = ByteBufAllocator.DEFAULT.buffer();
        new RowDescription(RowShape.in(
                        shape.shown(), formats.stream().map(Column::format).toList()))
                .write(changed);
        return changed;
    }

    @Override
    void failed(PgError error) {
        if (execution != null && !asked) {
            execution.failed(error);
        }
    }

    @Override
    void unanswered() {}
}
