package io.pgproxy.core.internal.hook.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pgproxy.hook.Recorder;
import io.pgproxy.hook.Recording;
import io.pgproxy.hook.RowMapper;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.server.PgErrorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RecordingTest {
    private static final List<Column> COLUMNS = List.of(Column.text("a"), Column.text("b"));

    private final Told told = new Told();

    @Test
    void anyCutOfTheBytesGivesTheSameRecording() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            ByteBuf rows = rows(random, 1 + random.nextInt(50), random.nextInt(4) == 0 ? 9000 : 40);
            Told each = new Told();
            ResultRecorder recorder = new ResultRecorder(each, rows.readableBytes());
            recorder.columns(COLUMNS);
            ByteBuf left = rows.duplicate();
            while (left.isReadable()) {
                int length = Math.min(left.readableBytes(), 1 + random.nextInt(random.nextBoolean() ? 4 : 20_000));
                recorder.rows(left.readSlice(length), 0);
            }
            recorder.complete("SELECT 1");

            assertThat(replayed(each.result(), null)).isEqualTo(rows);
            assertThat(each.result().bytes()).isEqualTo(rows.readableBytes());
        }
    }

    @Test
    void aRecordingKnowsWhatItIs() {
        List<Column> columns = List.of(Column.text("a"), Column.int4("b").in(Format.BINARY));
        ResultRecorder recorder = new ResultRecorder(told, 1000);
        recorder.columns(columns);
        recorder.rows(heap(DataRows.of("1", "2222")), 1);
        recorder.rows(heap(DataRows.of("1", "2222")), 1);
        recorder.complete("SELECT 2");

        assertThat(told.result().columns()).isEqualTo(columns);
        assertThat(told.result().formats()).containsExactly(Format.TEXT, Format.BINARY);
        assertThat(told.result().rows()).isEqualTo(2);
        assertThat(told.result().tag()).isEqualTo("SELECT 2");
    }

    @Test
    void aLongRecordingIsReplayedInPiecesThatCopyNothing() {
        ByteBuf rows = rows(new Random(1), 2000, 10_000);
        ResultRecorder recorder = new ResultRecorder(told, Long.MAX_VALUE);
        recorder.rows(rows, 2000);
        recorder.complete("SELECT 2000");

        List<ByteBuf> first = pieces(told.result());
        List<ByteBuf> second = pieces(told.result());

        assertThat(first).hasSizeGreaterThan(10).allMatch(ByteBuf::isReadOnly);
        assertThat(first).allMatch(piece -> piece.readableBytes() <= 80_000);
        assertThat(first).allMatch(piece -> piece.getByte(0) == 'D');
        first.get(0).skipBytes(10);
        assertThat(second.get(0).readerIndex()).isZero();
    }

    @Test
    void rowsPassThePipeOnReplayAndTheRecordingStays() {
        ByteBuf rows = rows(new Random(2), 3000, 60);
        ResultRecorder recorder = new ResultRecorder(told, Long.MAX_VALUE);
        recorder.rows(rows, 3000);
        recorder.complete("SELECT 3000");
        int[] count = {0};
        RowMapper mapper = row -> {
            row.set(0, "masked");
            if (count[0]++ % 3 == 0) {
                row.drop();
            }
        };
        List<ByteBuf> pieces = new ArrayList<>();

        long written = told.result().writeRows(pieces::add, new RowPipe(COLUMNS, List.of(mapper)));

        assertThat(written).isEqualTo(2000);
        assertThat(pieces).hasSizeGreaterThan(1);
        List<List<String>> seen = new ArrayList<>();
        pieces.forEach(piece -> seen.addAll(DataRows.read(piece)));
        assertThat(seen).hasSize(2000).allMatch(row -> row.get(0).equals("masked"));
        assertThat(replayed(told.result(), null)).isEqualTo(rows);
    }

    @Test
    void aRowThatFailsOnReplayEndsItWithoutALeak() {
        ResultRecorder recorder = new ResultRecorder(told, 1000);
        recorder.rows(heap(DataRows.of("1", "2")), 1);
        recorder.complete("SELECT 1");
        RowMapper fails = row -> {
            throw new IllegalStateException("mapper");
        };

        assertThatExceptionOfType(PgErrorException.class)
                .isThrownBy(() -> told.result().writeRows(ByteBuf::release, new RowPipe(COLUMNS, List.of(fails))));
    }

    @Test
    void aResultWithoutRowsIsRecordedToo() {
        ResultRecorder recorder = new ResultRecorder(told, 0);
        recorder.columns(COLUMNS);
        recorder.complete("SELECT 0");

        assertThat(told.result().bytes()).isZero();
        assertThat(pieces(told.result())).isEmpty();
    }

    @Test
    void whatIsTooLongIsAbandonedAtOnceAndOnce() {
        ByteBuf row = heap(DataRows.of("1", "2"));
        ResultRecorder recorder = new ResultRecorder(told, row.readableBytes() * 2L - 1);
        recorder.rows(row, 1);
        assertThat(told.abandoned).isZero();

        recorder.rows(row, 1);
        assertThat(told.abandoned).isOne();
        recorder.rows(row, 1);
        recorder.complete("SELECT 3");
        recorder.abandon();

        assertThat(told.abandoned).isOne();
        assertThat(told.recorded).isEmpty();
    }

    @Test
    void aMessageThatIsNotWholeIsNoRecording() {
        ResultRecorder recorder = new ResultRecorder(told, 1000);
        recorder.rows(heap(DataRows.of("1", "2")).writerIndex(9), 1);
        recorder.complete("SELECT 1");

        assertThat(told.recorded).isEmpty();
        assertThat(told.abandoned).isOne();
    }

    @Test
    void aLengthThatCannotBeIsAbandoned() {
        ResultRecorder recorder = new ResultRecorder(told, 1000);
        recorder.rows(Unpooled.buffer().writeByte('D').writeInt(3), 1);
        recorder.rows(heap(DataRows.of("1", "2")), 1);

        assertThat(told.abandoned).isOne();
    }

    @Test
    void whatARecorderThrowsIsSwallowedAndItIsToldOnce() {
        int[] calls = {0};
        Recorder throwing = new Recorder() {
            @Override
            public void recorded(Recording recording) {
                calls[0]++;
                throw new IllegalStateException("recorder");
            }

            @Override
            public void abandoned() {
                calls[0]++;
                throw new IllegalStateException("recorder");
            }
        };
        ResultRecorder completed = new ResultRecorder(throwing, 10);
        completed.complete("SELECT 0");
        completed.abandon();
        ResultRecorder abandoned = new ResultRecorder(throwing, 10);
        abandoned.abandon();
        abandoned.complete("SELECT 0");

        assertThat(calls[0]).isEqualTo(2);
    }

    private static ByteBuf rows(Random random, int count, int longest) {
        ByteBuf rows = Unpooled.buffer();
        for (int i = 0; i < count; i++) {
            ByteBuf row = DataRows.of("a".repeat(random.nextInt(longest)), random.nextBoolean() ? null : "b");
            rows.writeBytes(row);
            row.release();
        }
        return rows;
    }

    private static ByteBuf heap(ByteBuf row) {
        ByteBuf copy = Unpooled.copiedBuffer(row);
        row.release();
        return copy;
    }

    private static List<ByteBuf> pieces(RecordedResult result) {
        List<ByteBuf> pieces = new ArrayList<>();
        result.writeRows(pieces::add, null);
        return pieces;
    }

    private static ByteBuf replayed(RecordedResult result, RowPipe pipe) {
        ByteBuf all = Unpooled.buffer();
        result.writeRows(
                piece -> {
                    all.writeBytes(piece);
                    piece.release();
                },
                pipe);
        return all;
    }

    /** What a recorder was told. */
    private static final class Told implements Recorder {
        private final List<RecordedResult> recorded = new ArrayList<>();
        private int abandoned;

        @Override
        public void recorded(Recording recording) {
            recorded.add((RecordedResult) recording);
        }

        @Override
        public void abandoned() {
            abandoned++;
        }

        RecordedResult result() {
            assertThat(recorded).hasSize(1);
            return recorded.get(0);
        }
    }
}
