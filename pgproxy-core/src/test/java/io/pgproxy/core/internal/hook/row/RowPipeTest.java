package io.pgproxy.core.internal.hook.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pgproxy.hook.Row;
import io.pgproxy.hook.RowMapper;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.Oid;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.message.backend.DataRow;
import io.pgproxy.protocol.server.PgErrorException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RowPipeTest {
    private static final List<Column> NAMES = List.of(Column.text("a"), Column.text("b"), Column.text("c"));

    @Test
    void aRowThatNobodyChangesIsTheSameBuffer() {
        List<@Nullable String> seen = new ArrayList<>();
        RowPipe pipe = pipe(NAMES, row -> {
            for (int i = 0; i < row.size(); i++) {
                seen.add(row.text(i));
            }
        });
        ByteBuf in = DataRows.of("x", null, "");

        ByteBuf out = pipe.map(in);

        assertThat(out).isSameAs(in);
        assertThat(seen).containsExactly("x", null, "");
        assertThat(DataRows.read(in)).containsExactly(Arrays.asList("x", null, ""));
    }

    @Test
    void changesAreSeenByTheNextMapperAndByTheClient() {
        RowPipe pipe = pipe(
                NAMES,
                row -> row.set(1, "<" + row.text(1) + ">"),
                row -> row.set(1, row.text(1) + "!"),
                row -> row.set(2, null));

        assertThat(mapped(pipe, DataRows.of("1", "2", "3"))).isEqualTo(Arrays.asList("1", "<2>!", null));
        assertThat(mapped(pipe, DataRows.of("zä", null, null))).isEqualTo(Arrays.asList("zä", "<null>!", null));
    }

    @Test
    void anySetOfChangesGivesTheRowThatWasMeant() {
        Random random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            int size = random.nextInt(6);
            List<@Nullable String> values = texts(random, size);
            List<@Nullable String> meant = new ArrayList<>(values);
            List<@Nullable String> set = texts(random, size);
            List<Integer> changed = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                if (random.nextBoolean()) {
                    changed.add(i);
                    meant.set(i, set.get(i));
                }
            }
            List<Column> columns =
                    values.stream().map(value -> Column.text("c")).toList();
            RowPipe pipe = pipe(columns, row -> changed.forEach(i -> row.set(i, set.get(i))));

            assertThat(mapped(pipe, DataRows.of(values.toArray(String[]::new)))).isEqualTo(meant);
        }
    }

    private static List<@Nullable String> texts(Random random, int size) {
        List<@Nullable String> texts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            texts.add(random.nextInt(4) == 0 ? null : "v".repeat(random.nextInt(5)));
        }
        return texts;
    }

    @Test
    void whatAMapperSetsInABinaryColumnIsConverted() {
        List<Column> columns = List.of(Column.int4("n").in(Format.BINARY), Column.text("t"));
        RowPipe pipe = pipe(columns, row -> row.set(0, Integer.toString(Integer.parseInt(row.text(0)) + 1)));

        ByteBuf out = pipe.map(DataRows.of(List.of(Bytes.copyOf(new byte[] {0, 0, 0, 41}), Bytes.of("x"))));

        assertThat(values(out)).containsExactly(Bytes.copyOf(new byte[] {0, 0, 0, 42}), Bytes.of("x"));
    }

    @Test
    void aValueThatCannotBeConvertedFailsAndReleases() {
        RowPipe pipe = pipe(List.of(Column.int4("n").in(Format.BINARY)), row -> row.set(0, "***"));
        ByteBuf in = DataRows.of(List.of(Bytes.copyOf(new byte[4])));

        assertRefused("22P02", pipe, in);
    }

    @Test
    void aBinaryValueOfAnUnknownTypeFailsWhenItIsAskedFor() {
        Column column = Column.of("a", Oid.INT4_ARRAY, -1).in(Format.BINARY);
        ByteBuf asked = DataRows.of("?");
        ByteBuf left = DataRows.of("?");

        assertRefused("0A000", pipe(List.of(column), row -> row.text(0)), asked);
        assertThat(pipe(List.of(column), row -> {}).map(left)).isSameAs(left);
        left.release();
    }

    @Test
    void aDroppedRowIsReleasedAndNotShownToTheNextMapper() {
        List<String> seen = new ArrayList<>();
        RowPipe pipe = pipe(NAMES, Row::drop, row -> seen.add("row"));
        ByteBuf in = DataRows.of("1", "2", "3");

        assertThat(pipe.map(in)).isNull();
        assertThat(in.refCnt()).isZero();
        assertThat(seen).isEmpty();
    }

    @Test
    void aRowAfterAChangedDroppedOrFailedOneIsFreshAgain() {
        int[] turn = {0};
        RowPipe pipe = pipe(NAMES, row -> {
            switch (turn[0]++) {
                case 0 -> row.set(0, "changed");
                case 1 -> {
                    row.set(1, "changed");
                    row.drop();
                }
                case 2 -> {
                    row.set(2, "changed");
                    throw new IllegalArgumentException("secret");
                }
                default -> {}
            }
        });
        assertThat(mapped(pipe, DataRows.of("1", "2", "3"))).containsExactly("changed", "2", "3");
        assertThat(pipe.map(DataRows.of("1", "2", "3"))).isNull();
        assertRefused("58000", pipe, DataRows.of("1", "2", "3"));

        assertThat(mapped(pipe, DataRows.of("1", "2", "3"))).containsExactly("1", "2", "3");
    }

    @Test
    void anotherNumberOfColumnsIsRefusedEvenIfNobodyLooks() {
        assertRefused("XX000", pipe(NAMES, row -> {}), DataRows.of("1", "2"));
        assertRefused("XX000", pipe(NAMES, row -> {}), DataRows.of("1", "2", "3", "4"));
    }

    @Test
    void aMalformedRowIsAViolationEvenIfTheMapperSwallowsIt() {
        RowMapper swallows = row -> {
            try {
                row.text(0);
            } catch (ProtocolException swallowed) {
                assertThat(swallowed.sqlState()).isEqualTo("08P01");
            }
        };
        ByteBuf good = DataRows.of("1", "2", "3");
        for (int at = 0; at < 11; at++) {
            for (int value : new int[] {0x7f, 0x80, 0xff}) {
                ByteBuf broken = good.copy().setByte(at, value);
                assertThatExceptionOfType(RuntimeException.class)
                        .isThrownBy(() -> pipe(NAMES, swallows).map(broken))
                        .isInstanceOfAny(ProtocolException.class, PgErrorException.class);
                assertThat(broken.refCnt()).isZero();
            }
        }
        good.release();
    }

    @Test
    void randomBytesNeverReadBeyondTheRow() {
        Random random = new Random(11);
        RowPipe pipe = pipe(NAMES, row -> row.set(1, row.text(0) + row.text(2)));
        for (int round = 0; round < 5000; round++) {
            byte[] body = new byte[2 + random.nextInt(30)];
            for (int i = 0; i < body.length; i++) {
                body[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : random.nextInt(4) * (i % 4 / 3));
            }
            body[0] = 0;
            body[1] = 3;
            ByteBuf in =
                    Unpooled.buffer().writeByte('D').writeInt(body.length + 4).writeBytes(body);
            try {
                ByteBuf out = pipe.map(in);
                assertThat(values(out)).hasSize(3);
            } catch (ProtocolException malformed) {
                assertThat(malformed.sqlState()).isEqualTo("08P01");
            }
            assertThat(in.refCnt()).isZero();
        }
    }

    @Test
    void aRowIsNoLongerValidBehindItsCall() {
        List<Row> kept = new ArrayList<>();
        RowPipe pipe = pipe(NAMES, kept::add);
        pipe.map(DataRows.of("1", "2", "3")).release();

        assertThatIllegalStateException().isThrownBy(() -> kept.get(0).text(0));
        assertThatIllegalStateException().isThrownBy(() -> kept.get(0).set(0, "x"));
        assertThatIllegalStateException().isThrownBy(() -> kept.get(0).drop());
    }

    @Test
    void rowsOfABufferAreMappedIntoAnother() {
        RowPipe pipe = pipe(NAMES, row -> {
            if ("drop".equals(row.text(0))) {
                row.drop();
            } else if ("set".equals(row.text(0))) {
                row.set(2, "new");
            }
        });
        ByteBuf in = Unpooled.buffer();
        ByteBuf out = Unpooled.buffer();
        for (String first : List.of("keep", "drop", "set")) {
            ByteBuf row = DataRows.of(first, "2", "3");
            int index = in.writerIndex();
            in.writeBytes(row);
            row.release();
            pipe.map(in, index, in.writerIndex() - index, out);
        }

        assertThat(DataRows.read(out)).containsExactly(List.of("keep", "2", "3"), List.of("set", "2", "new"));
    }

    @Test
    void aFailureLeavesTheOtherBufferAsItWas() {
        RowPipe pipe = pipe(List.of(Column.text("a"), Column.int4("n").in(Format.BINARY)), row -> row.set(1, "x"));
        ByteBuf in = DataRows.of("1", "2222");
        ByteBuf out = Unpooled.buffer().writeByte(1);

        assertThatExceptionOfType(PgErrorException.class).isThrownBy(() -> pipe.map(in, 0, in.readableBytes(), out));

        assertThat(out.writerIndex()).isEqualTo(1);
        in.release();
    }

    @Test
    void aMapperThatTouchesNothingCostsNoGarbage() {
        RowPipe pipe = pipe(NAMES, row -> {}, row -> row.size());
        ByteBuf pooled = DataRows.of("1", "2", "3");
        // Leak detection records each access of a pooled buffer.
        ByteBuf row = Unpooled.copiedBuffer(pooled);
        pooled.release();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 1000; i++) {
            pipe.map(row);
        }

        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1000; i++) {
            pipe.map(row);
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;

        row.release();
        // The measurement itself may allocate once.
        assertThat(bytes).isLessThan(1000);
    }

    private static RowPipe pipe(List<Column> columns, RowMapper... mappers) {
        return new RowPipe(columns, List.of(mappers));
    }

    private static List<@Nullable String> mapped(RowPipe pipe, ByteBuf row) {
        ByteBuf out = pipe.map(row);
        assertThat(out).isNotNull();
        return DataRows.read(out).get(0);
    }

    private static List<@Nullable Bytes> values(@Nullable ByteBuf row) {
        assertThat(row).isNotNull();
        assertThat(row.getInt(1)).isEqualTo(row.readableBytes() - 1);
        try {
            return DataRow.read(row.skipBytes(5)).values();
        } finally {
            row.release();
        }
    }

    private static void assertRefused(String sqlState, RowPipe pipe, ByteBuf row) {
        assertThatExceptionOfType(PgErrorException.class)
                .isThrownBy(() -> pipe.map(row))
                .satisfies(refusal -> {
                    assertThat(refusal.error().sqlState()).isEqualTo(sqlState);
                    assertThat(refusal.error().message()).doesNotContain("secret");
                });
        assertThat(row.refCnt()).isZero();
    }
}
