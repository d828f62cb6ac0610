package io.pgproxy.protocol.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameScannerTest {
    private static final Interest SOME = Interest.nothing()
            .note(BackendTag.READY_FOR_QUERY, BackendTag.COMMAND_COMPLETE, BackendTag.PARSE_COMPLETE)
            .cut(BackendTag.ERROR_RESPONSE, BackendTag.BIND_COMPLETE);

    @Test
    void anySplitGivesTheSameBytesAndTheSameMessages() {
        Random random = new Random(20261);
        for (int round = 0; round < 300; round++) {
            ByteBuf stream = randomMessages(random, 1 + random.nextInt(20));
            List<String> expected = scan(stream, new int[0], SOME, 1 << 20).events;
            for (int attempt = 0; attempt < 10; attempt++) {
                Recorder seen = scan(stream, randomCuts(random, stream.readableBytes()), SOME, 1 << 20);
                assertThat(ByteBufUtil.hexDump(seen.bytes)).isEqualTo(ByteBufUtil.hexDump(stream));
                assertThat(seen.events).isEqualTo(expected);
                seen.bytes.release();
            }
            stream.release();
        }
    }

    @Test
    void everyPairOfSplitPointsGivesTheSameMessages() {
        ByteBuf stream = Unpooled.buffer();
        message(stream, '1', 0);
        message(stream, '2', 0);
        message(stream, 'D', 7);
        message(stream, 'E', 9);
        message(stream, 'C', 3);
        message(stream, 'Z', 1);
        List<String> expected = List.of("note 1", "cut 2:0", "cut E:9", "note C", "note Z");
        for (int a = 0; a <= stream.readableBytes(); a++) {
            for (int b = a; b <= stream.readableBytes(); b++) {
                Recorder seen = scan(stream, new int[] {a, b}, SOME, 1 << 20);
                assertThat(seen.events).isEqualTo(expected);
                assertThat(ByteBufUtil.hexDump(seen.bytes)).isEqualTo(ByteBufUtil.hexDump(stream));
                assertThat(seen.begun).isEqualTo(4);
                seen.bytes.release();
            }
        }
        stream.release();
    }

    @Test
    void aPauseBehindAnyMessageLosesNothing() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            ByteBuf stream = randomMessages(random, 12);
            List<String> expected = scan(stream, new int[0], SOME, 1 << 20).events;
            Recorder recorder = new Recorder();
            recorder.pauseAndSplitAt = 1 + random.nextInt(6);
            FrameScanner scanner = new FrameScanner(HeaderRules.BACKEND, SOME, 1 << 20, recorder);
            recorder.scanner = scanner;
            for (ByteBuf part : parts(stream, randomCuts(random, stream.readableBytes()))) {
                scanner.scan(part);
            }
            while (scanner.isWaiting()) {
                scanner.resume();
            }
            assertThat(recorder.events).isEqualTo(expected);
            assertThat(ByteBufUtil.hexDump(recorder.bytes)).isEqualTo(ByteBufUtil.hexDump(stream));
            scanner.release();
            recorder.bytes.release();
            stream.release();
        }
    }

    @Test
    void aMessageLongerThanTheLimitArrivesAsItsHeadAndTheRestAsChunks() {
        ByteBuf stream = Unpooled.buffer();
        message(stream, 'E', 1000);
        message(stream, 'Z', 1);
        Recorder seen = scan(stream, new int[] {3, 50, 600}, SOME, 100);
        assertThat(seen.events).containsExactly("head E:1000", "note Z");
        assertThat(ByteBufUtil.hexDump(seen.bytes)).isEqualTo(ByteBufUtil.hexDump(stream));
        seen.bytes.release();
        stream.release();
    }

    @Test
    void aChunkThatIsTheWholeReadIsTheBufferItself() {
        ByteBuf stream = PooledByteBufAllocator.DEFAULT.buffer();
        message(stream, 'D', 20);
        List<ByteBuf> passed = new ArrayList<>();
        FrameScanner scanner = new FrameScanner(HeaderRules.BACKEND, Interest.nothing(), 100, new Recorder() {
            @Override
            public void passed(ByteBuf chunk, int messages) {
                passed.add(chunk);
            }
        });
        scanner.scan(stream);
        assertThat(passed).containsExactly(stream);
        assertThat(stream.refCnt()).isEqualTo(1);
        stream.release();
    }

    @Test
    void headersThatCannotBeAreRefusedAfterWhatStoodBeforeThem() {
        for (String bad : List.of(
                "0000000010",
                "7a00000004",
                "ff00000004",
                "5100000003",
                "517fffffff",
                "51ffffffff",
                "4500002711",
                "5300002711",
                "513fffffff")) {
            for (int cut = 0; cut < 5; cut++) {
                Recorder recorder = new Recorder();
                FrameScanner scanner = new FrameScanner(HeaderRules.FRONTEND, Interest.nothing(), 1 << 20, recorder);
                ByteBuf bytes = Unpooled.buffer();
                message(bytes, 'S', 0);
                bytes.writeBytes(ByteBufUtil.decodeHexDump(bad));
                ByteBuf rest = bytes.readRetainedSlice(5 + cut);
                assertThatThrownBy(() -> {
                            scanner.scan(rest);
                            scanner.scan(bytes);
                        })
                        .isInstanceOf(ProtocolException.class);
                assertThat(ByteBufUtil.hexDump(recorder.bytes)).startsWith("5300000004");
                scanner.release();
            }
        }
    }

    @Test
    void anAnnouncedGigabyteAllocatesNothing() {
        FrameScanner scanner = new FrameScanner(
                HeaderRules.FRONTEND, Interest.nothing().cut(FrontendTag.QUERY), 64 << 20, new Recorder());
        ByteBuf bytes = PooledByteBufAllocator.DEFAULT.buffer(16);
        bytes.writeByte('Q').writeInt(0x3fff_fffe).writeByte('x');
        scanner.scan(bytes);
        assertThat(scanner.isBetweenMessages()).isFalse();
        assertThat(bytes.refCnt()).isZero();
        scanner.release();
    }

    @Test
    void releasingWithinACallGivesEverythingBack() {
        ByteBuf stream = PooledByteBufAllocator.DEFAULT.buffer();
        message(stream, '2', 0);
        message(stream, 'D', 20);
        Recorder recorder = new Recorder() {
            @Override
            public void framed(Frame frame) {
                frame.release();
                scanner.release();
            }
        };
        recorder.scanner = new FrameScanner(HeaderRules.BACKEND, SOME, 100, recorder);
        recorder.scanner.scan(stream);
        assertThat(stream.refCnt()).isZero();
    }

    private static Recorder scan(ByteBuf stream, int[] cuts, Interest interest, int longest) {
        Recorder recorder = new Recorder();
        FrameScanner scanner = new FrameScanner(HeaderRules.BACKEND, interest, longest, recorder);
        for (ByteBuf part : parts(stream, cuts)) {
            scanner.scan(part);
        }
        assertThat(scanner.isBetweenMessages()).isTrue();
        scanner.release();
        return recorder;
    }

    private static List<ByteBuf> parts(ByteBuf stream, int[] cuts) {
        List<ByteBuf> parts = new ArrayList<>();
        int from = 0;
        for (int cut : cuts) {
            parts.add(PooledByteBufAllocator.DEFAULT.buffer().writeBytes(stream, from, cut - from));
            from = cut;
        }
        parts.add(PooledByteBufAllocator.DEFAULT.buffer().writeBytes(stream, from, stream.readableBytes() - from));
        return parts;
    }

    private static int[] randomCuts(Random random, int length) {
        return random.ints(random.nextInt(8), 0, length + 1).sorted().toArray();
    }

    private static ByteBuf randomMessages(Random random, int count) {
        ByteBuf out = Unpooled.buffer();
        String tags = "12DDDDECZTNSA";
        for (int i = 0; i < count; i++) {
            message(out, tags.charAt(random.nextInt(tags.length())), random.nextInt(40));
        }
        return out;
    }

    private static void message(ByteBuf out, char tag, int body) {
        out.writeByte(tag).writeInt(4 + body);
        for (int i = 0; i < body; i++) {
            out.writeByte(tag + i);
        }
    }

    private static class Recorder implements FrameSink {
        final List<String> events = new ArrayList<>();
        final ByteBuf bytes = Unpooled.buffer();
        FrameScanner scanner;
        int begun;
        int pauseAndSplitAt = Integer.MAX_VALUE;

        @Override
        public void passed(ByteBuf chunk, int messages) {
            begun += messages;
            bytes.writeBytes(chunk);
            chunk.release();
        }

        @Override
        public void noted(byte tag, int first) {
            assertThat(first).isIn(-1, tag & 0xff);
            events.add("note " + (char) tag);
            mayPause();
        }

        @Override
        public void framed(Frame frame) {
            events.add((frame.isWhole() ? "cut " : "head ") + (char) frame.tag() + ":" + (frame.length() - 4));
            bytes.writeBytes(frame.bytes());
            frame.release();
            mayPause();
        }

        private void mayPause() {
            if (events.size() % pauseAndSplitAt == 0) {
                scanner.split();
                scanner.pause();
            }
        }
    }
}
