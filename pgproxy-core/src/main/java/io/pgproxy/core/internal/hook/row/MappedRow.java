package io.pgproxy.core.internal.hook.row;

import io.netty.buffer.ByteBuf;
import io.pgproxy.hook.Row;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.server.PgErrorException;
import io.pgproxy.protocol.server.ValueText;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One DataRow at a time, in the buffer it came in. Its columns are found when the first one is asked for; its arrays
 * serve all rows of an execution.
 */
final class MappedRow implements Row {
    private static final int HEADER = 5;
    private static final int COUNT = 2;
    private static final int LENGTH = 4;
    private static final int NULL = -1;

    private final Column[] columns;
    private final int[] starts;
    private final int[] lengths;
    private final boolean[] replaced;
    private final @Nullable String[] texts;

    private @Nullable ByteBuf in;
    private int index;
    private int end;
    private boolean found;
    private boolean malformed;
    private boolean changed;
    private boolean dropped;

    MappedRow(List<Column> columns) {
        this.columns = columns.toArray(Column[]::new);
        int size = this.columns.length;
        starts = new int[size];
        lengths = new int[size];
        replaced = new boolean[size];
        texts = new @Nullable String[size];
    }

    /** Looks at a message; what it says of its type, length and count is checked at once. */
    void begin(ByteBuf message, int from, int length) {
        if (length < HEADER + COUNT
                || message.getByte(from) != BackendTag.DATA_ROW.code()
                || message.getInt(from + 1) != length - 1) {
            throw malformed();
        }
        if (message.getUnsignedShort(from + HEADER) != columns.length) {
            throw new PgErrorException(
                    SqlState.INTERNAL_ERROR, "a row has another number of columns than its description");
        }
        in = message;
        index = from;
        end = from + length;
    }

    /** Forgets the message, and the values that were set. */
    void end() {
        in = null;
        found = false;
        malformed = false;
        dropped = false;
        if (changed) {
            changed = false;
            Arrays.fill(replaced, false);
            Arrays.fill(texts, null);
        }
    }

    /** A mapper that swallows the exception does not make the message a good one. */
    void checkFormed() {
        if (malformed) {
            throw malformed();
        }
    }

    boolean isChanged() {
        return changed;
    }

    boolean isDropped() {
        return dropped;
    }

    @Override
    public int size() {
        return columns.length;
    }

    @Override
    public @Nullable String text(int column) {
        ByteBuf message = message();
        Objects.checkIndex(column, columns.length);
        if (replaced[column]) {
            return texts[column];
        }
        find(message);
        int length = lengths[column];
        if (length == NULL) {
            return null;
        }
        if (columns[column].format() == Format.BINARY) {
            return ValueText.read(columns[column].typeOid(), message.slice(starts[column], length));
        }
        byte[] bytes = new byte[length];
        message.getBytes(starts[column], bytes);
        return CString.decode(bytes);
    }

    @Override
    public void set(int column, @Nullable String text) {
        message();
        Objects.checkIndex(column, columns.length);
        replaced[column] = true;
        texts[column] = text;
        changed = true;
    }

    @Override
    public void drop() {
        message();
        dropped = true;
    }

    /** Appends the row as it is now. */
    void write(ByteBuf out) {
        ByteBuf message = message();
        find(message);
        int start = out.writerIndex();
        out.writeByte(BackendTag.DATA_ROW.code());
        out.writeInt(0);
        out.writeShort(columns.length);
        int copied = index + HEADER + COUNT;
        for (int i = 0; i < columns.length; i++) {
            if (replaced[i]) {
                int value = starts[i] - LENGTH;
                out.writeBytes(message, copied, value - copied);
                write(out, columns[i], texts[i]);
                copied = starts[i] + Math.max(lengths[i], 0);
            }
        }
        out.writeBytes(message, copied, end - copied);
        out.setInt(start + 1, out.writerIndex() - start - 1);
    }

    private static void write(ByteBuf out, Column column, @Nullable String text) {
        if (text == null) {
            out.writeInt(NULL);
            return;
        }
        int start = out.writerIndex();
        out.writeInt(0);
        if (column.format() == Format.BINARY) {
            ValueText.write(out, column.typeOid(), text);
        } else {
            writeText(out, text);
        }
        out.setInt(start, out.writerIndex() - start - LENGTH);
    }

    private static void writeText(ByteBuf out, String text) {
        try {
            out.writeBytes(CString.encode(text));
        } catch (IllegalArgumentException cause) {
            throw new PgErrorException(SqlState.CHARACTER_NOT_IN_REPERTOIRE, "a text cannot hold a zero character");
        }
    }

    private void find(ByteBuf message) {
        if (found) {
            return;
        }
        checkFormed();
        int at = index + HEADER + COUNT;
        for (int i = 0; i < columns.length; i++) {
            int length = end - at < LENGTH ? Integer.MIN_VALUE : message.getInt(at);
            at += LENGTH;
            if (length < NULL || length > end - at) {
                malformed = true;
                throw malformed();
            }
            starts[i] = at;
            lengths[i] = length;
            at += Math.max(length, 0);
        }
        if (at != end) {
            malformed = true;
            throw malformed();
        }
        found = true;
    }

    private ByteBuf message() {
        ByteBuf message = in;
        if (message == null) {
            throw new IllegalStateException("a row is valid within the call of its mapper only");
        }
        return message;
    }

    private static ProtocolException malformed() {
        return new ProtocolException("invalid DataRow message");
    }
}
