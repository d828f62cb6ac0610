package io.pgproxy.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.pgproxy.protocol.BackendTag;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages that are shown where they stand, and those that are taken out so. */
class ShownMessagesTest {
    private static final Interest SHOWN =
            Interest.nothing().note(BackendTag.READY_FOR_QUERY).show(BackendTag.COMMAND_COMPLETE);
    private static final Interest TAKEN = SHOWN.take(BackendTag.DATA_ROW);

    @Test
    void whatIsShownPassesAndIsSeenOnceWhereverItIsSplit() {
        ByteBuf stream = stream();
        for (int a = 0; a <= stream.readableBytes(); a++) {
            for (int b = a; b <= stream.readableBytes(); b++) {
                Seen seen = scan(stream, SHOWN, a, b);

                assertThat(seen.messages).containsExactly("C one", "Z", "C two", "Z");
                assertThat(seen.inOrder()).isEqualTo(ByteBufUtil.hexDump(stream));
                assertThat(seen.positions).isSorted().last().isEqualTo((long) stream.readableBytes());
            }
        }
        stream.release();
    }

    @Test
    void whatIsShownInOneBufferLeavesNoSeam() {
        ByteBuf stream = stream();

        Seen seen = scan(stream, SHOWN, 0, 0);

        assertThat(seen.chunks).isEqualTo(1);
        stream.release();
    }

    @Test
    void whatIsTakenDoesNotPassAndIsSeenOnceInItsPlace() {
        ByteBuf stream = stream();
        String rest = ByteBufUtil.hexDump(stream)
                .replace(ByteBufUtil.hexDump(message('D', "row 1")), "")
                .replace(ByteBufUtil.hexDump(message('D', "row 2, longer")), "");
        for (int a = 0; a <= stream.readableBytes(); a++) {
            for (int b = a; b <= stream.readableBytes(); b++) {
                Seen seen = scan(stream, TAKEN, a, b);

                assertThat(seen.messages).containsExactly("D row 1", "D row 2, longer", "C one", "Z", "C two", "Z");
                assertThat(seen.inOrder()).isEqualTo(rest);
            }
        }
        stream.release();
    }

    @Test
    void aPauseBehindWhatIsShownOrTakenLosesNothing() {
        Random random = new Random(20264);
        for (int round = 0; round < 300; round++) {
            ByteBuf stream = stream();
            Seen seen = new Seen();
            seen.pauseAt = 1 + random.nextInt(5);
            int a = random.nextInt(stream.readableBytes());

            scan(stream, TAKEN, seen, a, a + random.nextInt(stream.readableBytes() - a));

            assertThat(seen.messages).containsExactly("D row 1", "D row 2, longer", "C one", "Z", "C two", "Z");
            stream.release();
        }
    }

    private static ByteBuf stream() {
        return Unpooled.wrappedBuffer(
                message('T', "columns"),
                message('D', "row 1"),
                message('D', "row 2, longer"),
                message('C', "one"),
                message('Z', "I"),
                message('C', "two"),
                message('Z', "T"));
    }

    private static byte[] message(char tag, String body) {
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeByte(tag).writeInt(4 + body.length());
        ByteBufUtil.writeAscii(bytes, body);
        return ByteBufUtil.getBytes(bytes);
    }

    private static Seen scan(ByteBuf stream, Interest interest, int a, int b) {
        Seen seen = new Seen();
        scan(stream, interest, seen, a, b);
        return seen;
    }

    private static void scan(ByteBuf stream, Interest interest, Seen seen, int a, int b) {
        FrameScanner scanner = new FrameScanner(HeaderRules.BACKEND, interest, 1 << 16, seen);
        seen.scanner = scanner;
        int end = stream.readableBytes();
        for (int[] part : new int[][] {{0, a}, {a, b}, {b, end}}) {
            scanner.scan(Unpooled.copiedBuffer(stream.slice(part[0], part[1] - part[0])));
        }
        while (scanner.isWaiting()) {
            assertThat(scanner.waitingBytes()).isPositive();
            scanner.resume();
        }
        assertThat(scanner.waitingBytes()).isZero();
        scanner.release();
    }

    private static final class Seen implements FrameSink {
        private final List<String> messages = new ArrayList<>();
        private final List<Long> positions = new ArrayList<>();
        private final StringBuilder passed = new StringBuilder();
        private FrameScanner scanner;
        private int chunks;
        private int pauseAt;

        /** All that goes on: chunks, and those shown messages that were cut out because they straddled two reads. */
        String inOrder() {
            return passed.toString();
        }

        private void see(String message) {
            messages.add(message);
            positions.add(scanner.position());
            if (messages.size() == pauseAt) {
                scanner.pause();
            }
        }

        @Override
        public void passed(ByteBuf bytes, int begun) {
            chunks++;
            passed.append(ByteBufUtil.hexDump(bytes));
            bytes.release();
        }

        @Override
        public void noted(byte tag, int first) {
            see(String.valueOf((char) tag));
        }

        @Override
        public void shown(byte tag, ByteBuf buffer, int body, int length) {
            see((char) tag + " " + buffer.toString(body, length, StandardCharsets.US_ASCII));
        }

        @Override
        public void taken(byte tag, ByteBuf buffer, int from, int length) {
            see((char) tag + " " + buffer.toString(from + 5, length - 5, StandardCharsets.US_ASCII));
        }

        @Override
        public void framed(Frame frame) {
            see((char) frame.tag() + " " + frame.body().toString(StandardCharsets.US_ASCII));
            if (frame.tag() != 'D') {
                passed.append(ByteBufUtil.hexDump(frame.bytes()));
            }
            frame.release();
        }
    }
}
