package io.pgproxy.core.internal.hook.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pgproxy.hook.Reply;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.message.backend.DataRow;
import io.pgproxy.protocol.server.PgErrorException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReplyRowsTest {
    private static final List<Column> COLUMNS = List.of(Column.int4("n"), Column.text("t"));

    private final ByteBuf out = Unpooled.buffer();

    @Test
    void rowsAreWrittenInTheFormatsOfTheExecution() {
        List<Column> formats = List.of(COLUMNS.get(0).in(Format.BINARY), COLUMNS.get(1));

        long rows = ReplyRows.write(Reply.of(COLUMNS).row(7, null), formats, out, null);

        assertThat(rows).isOne();
        assertThat(out.getInt(1)).isEqualTo(out.readableBytes() - 1);
        assertThat(DataRow.read(out.skipBytes(5)).values())
                .isEqualTo(Arrays.asList(Bytes.copyOf(new byte[] {0, 0, 0, 7}), null));
    }

    @Test
    void rowsPassThePipe() {
        RowPipe pipe = new RowPipe(COLUMNS, List.of(row -> {
            if ("1".equals(row.text(0))) {
                row.drop();
            }
            row.set(1, "masked");
        }));

        long rows = ReplyRows.write(Reply.of(COLUMNS).row(1, "a").row(2, "b"), COLUMNS, out, pipe);

        assertThat(rows).isOne();
        assertThat(DataRows.read(out)).containsExactly(List.of("2", "masked"));
    }

    @Test
    void aValueThatDoesNotFitLeavesNothingBehind() {
        List<Column> formats = List.of(COLUMNS.get(0).in(Format.BINARY), COLUMNS.get(1));
        Reply reply = Reply.of(COLUMNS).row(1, "a").row("one", "a");

        assertThatExceptionOfType(PgErrorException.class)
                .isThrownBy(() -> ReplyRows.write(reply, formats, out, null))
                .satisfies(refusal -> assertThat(refusal.error().sqlState()).isEqualTo("42804"));
        assertThat(out.isReadable()).isFalse();
    }

    @Test
    void aReplyThatIsNotWhatWasDescribedIsRefused() {
        assertThatExceptionOfType(PgErrorException.class)
                .isThrownBy(() -> ReplyRows.write(Reply.of(COLUMNS).row(1, "a"), List.of(COLUMNS.get(0)), out, null))
                .satisfies(refusal -> assertThat(refusal.error().sqlState()).isEqualTo("XX000"));
        assertThat(out.isReadable()).isFalse();
    }
}
