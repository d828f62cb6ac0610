package io.pgproxy.core.internal.hook;

import io.pgproxy.core.internal.hook.row.RowPipe;
import io.pgproxy.hook.RowMapper;
import io.pgproxy.hook.RowTransform;
import io.pgproxy.hook.TransformHook;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.server.PgErrorException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The columns of a statement, and what its transforms make of them. Immutable; pinned to the statement. */
final class RowShape {
    private static final Logger LOG = LoggerFactory.getLogger(RowShape.class);

    private final List<Column> columns;
    private final List<Column> shown;
    private final List<RowTransform> transforms;

    private RowShape(List<Column> columns, List<Column> shown, List<RowTransform> transforms) {
        this.columns = columns;
        this.shown = shown;
        this.transforms = transforms;
    }

    /**
     * Asks the transforms.
     *
     * @throws PgErrorException if one of them fails
     */
    static RowShape of(Stages stages, SqlStatement statement, List<Column> columns) {
        List<Column> shown = columns;
        List<RowTransform> transforms = new ArrayList<>(1);
        for (Registered<TransformHook> hook : stages.transform) {
            try {
                RowTransform transform = hook.hook().transform(statement, shown);
                if (transform != RowTransform.NONE) {
                    List<Column> changed = transform.columns(shown);
                    if (changed.size() != shown.size()) {
                        throw new IllegalStateException("it changes the number of columns");
                    }
                    transforms.add(transform);
                    shown = List.copyOf(changed);
                }
            } catch (PgErrorException refused) {
                throw refused;
            } catch (RuntimeException e) {
                throw failed(hook.name(), e);
            }
        }
        return new RowShape(columns, shown, List.copyOf(transforms));
    }

    private static PgErrorException failed(String hook, RuntimeException cause) {
        LOG.warn("hook {} failed: {}", hook, cause.getClass().getName());
        LOG.debug("hook {} failed", hook, cause);
        PgErrorException failure = new PgErrorException(SqlState.SYSTEM_ERROR, "the hook \"" + hook + "\" failed");
        failure.initCause(cause);
        return failure;
    }

    /** Whether rows pass as they are. */
    boolean isPlain() {
        return transforms.isEmpty();
    }

    /** The columns as the upstream describes them. */
    List<Column> columns() {
        return columns;
    }

    /** The columns that the client is shown. */
    List<Column> shown() {
        return shown;
    }

    /** The same in the formats of an execution. */
    static List<Column> in(List<Column> columns, List<Format> formats) {
        if (formats.isEmpty()) {
            return columns;
        }
        List<Column> formatted = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            Format format = formats.size() == 1 ? formats.get(0) : i < formats.size() ? formats.get(i) : Format.TEXT;
            formatted.add(columns.get(i).in(format));
        }
        return formatted;
    }

    /** What the rows of an execution are led through; null if nothing changes them. */
    @Nullable
    RowPipe pipe(HookExecution execution) {
        if (transforms.isEmpty()) {
            return null;
        }
        List<RowMapper> mappers = new ArrayList<>(transforms.size());
        for (RowTransform transform : transforms) {
            mappers.add(transform.open(execution));
        }
        return new RowPipe(in(columns, execution.resultFormats()), mappers);
    }
}
