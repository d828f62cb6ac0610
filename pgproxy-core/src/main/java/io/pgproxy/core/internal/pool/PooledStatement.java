package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement as clients know it, apart from the name that each of them has for it: a text with its parameter
 * types, or the PREPARE that made it. Clients that have prepared the same share it.
 */
final class PooledStatement {
    private static final StatementTexts.Key NO_DEFINITION = new StatementTexts.Key(new byte[0], new Object(), 0);

    /** One without a text. */
    static final PooledStatement EMPTY = parsed(new StatementTexts.Key(new byte[3], Map.of(), 0), "", Footprint.NONE);

    private final StatementTexts.Key key;
    private final @Nullable String sql;
    private final String name;
    private final Footprint footprint;

    /** What Describe says of it; null if that is not known. Set once, by the event loop that it belongs to. */
    private byte @Nullable [] columns;

    /** Its definition, to be compared with; made when it is first needed. */
    private @Nullable ByteBuf readable;

    private PooledStatement(StatementTexts.Key key, @Nullable String sql, String name, Footprint footprint) {
        this.key = key;
        this.sql = sql;
        this.name = name;
        this.footprint = footprint;
    }

    /**
     * One that came by Parse.
     *
     * @param key has what stands in the message behind the name: the text, a zero, the types
     * @param name what it is called on upstreams
     */
    static PooledStatement parsed(StatementTexts.Key key, String name, Footprint footprint) {
        return new PooledStatement(key, null, name, footprint);
    }

    /**
     * One that came by PREPARE, and is called the same on upstreams as its client calls it.
     *
     * @param use the PREPARE
     */
    static PooledStatement prepared(NameUse use) {
        return new PooledStatement(NO_DEFINITION, use.sql(), use.name(), use.inner());
    }

    /** One as this is, by the same name, for one client alone. */
    PooledStatement separate() {
        StatementTexts.Key own = new StatementTexts.Key(key.definition, new Object(), key.definitions);
        PooledStatement separate = new PooledStatement(own, sql, name, footprint);
        separate.columns = columns;
        return separate;
    }

    /**
     * Whether others who share it read texts as a client does now.
     *
     * @param reading the client's settings, see {@link ClientState#reading}
     */
    boolean isReadBy(Map<String, String> reading) {
        return !key.isShared() || key.circumstances.equals(reading);
    }

    byte[] definition() {
        return key.definition;
    }

    /** Whether its definition stands there. */
    boolean isDefinedAt(ByteBuf buffer, int from, int length) {
        ByteBuf mine = readable;
        if (mine == null) {
            mine = Unpooled.wrappedBuffer(key.definition);
            readable = mine;
        }
        return mine.capacity() == length && ByteBufUtil.equals(mine, 0, buffer, from, length);
    }

    /** What it is called on upstreams. */
    String name() {
        return name;
    }

    /** How many definitions had been changed when it was first prepared. */
    long definitions() {
        return key.definitions;
    }

    /** Whether it is not known what its columns are. */
    boolean isUndescribed() {
        return columns == null;
    }

    /** {@return whether it has these columns, too; true if none are known so far} */
    boolean describe(byte[] found) {
        byte[] before = columns;
        if (before == null) {
            columns = found;
            return true;
        }
        return Arrays.equals(before, found);
    }

    /** What it leaves behind when it runs. */
    Footprint footprint() {
        return footprint;
    }

    /** The PREPARE that made it; null for one that came by Parse. */
    @Nullable
    String sql() {
        return sql;
    }

    /** Whether a PREPARE made it. */
    boolean isOfSql() {
        return sql != null;
    }

    /** {@return a Parse of one that came so} */
    ByteBuf prepare(String as) {
        byte[] called = as.getBytes(StandardCharsets.UTF_8);
        byte[] definition = key.definition;
        int length = 4 + called.length + 1 + definition.length;
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(length + 1);
        return bytes.writeByte('P')
                .writeInt(length)
                .writeBytes(called)
                .writeByte(0)
                .writeBytes(definition);
    }

    /** {@return a Query} */
    static ByteBuf query(String text) {
        byte[] sql = text.getBytes(StandardCharsets.UTF_8);
        ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer(sql.length + 6);
        return bytes.writeByte('Q').writeInt(sql.length + 5).writeBytes(sql).writeByte(0);
    }

    /** {@return Describe of a prepared statement} */
    static ByteBuf describe(String called) {
        return naming('D', called);
    }

    /** {@return Close of a prepared statement} */
    static ByteBuf close(String called) {
        return naming('C', called);
    }

    private static ByteBuf naming(char tag, String called) {
        byte[] bytes = called.getBytes(StandardCharsets.UTF_8);
        ByteBuf message = ByteBufAllocator.DEFAULT.buffer(bytes.length + 7);
        return message.writeByte(tag)
                .writeInt(bytes.length + 6)
                .writeByte('S')
                .writeBytes(bytes)
                .writeByte(0);
    }

    /** Shows the name upstream; never the text. */
    @Override
    public String toString() {
        return "PooledStatement[" + name + "]";
    }
}
