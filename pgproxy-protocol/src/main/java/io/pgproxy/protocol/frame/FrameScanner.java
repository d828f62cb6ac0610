package io.pgproxy.protocol.frame;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the messages of one direction of one connection, in the buffers as they were read.
 *
 * <p>Only headers are read; bytes that nobody asked for leave as slices of the buffer they came in, or as that buffer
 * itself. What is held between two reads is at most one message that must be whole and straddles them, grown as its
 * bytes arrive and never by the length that its header announces.
 *
 * <p>Not thread-safe: all calls on the event loop of the connection. {@link #release()} ends its life.
 */
public final class FrameScanner {
    private final HeaderRules rules;
    private final FrameSink sink;
    private final int longestFrame;

    private Interest interest;
    private boolean paused;
    private boolean walking;
    private boolean released;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(0);

    // The message that the last read ended in.
    private int headerSeen;
    private byte tag;
    private byte level;
    private int length;
    private long bodyLeft;
    private int first;
    private @Nullable ByteBuf held;

    // The walk through the current buffer: [runStart, at) has been seen and not yet passed on.
    private @Nullable ByteBuf in;
    private int walkStart;
    private int runStart;
    private int at;
    private int begun;

    /** Where the message begins that is being shown. */
    private int shownFrom;

    /** Bytes seen in the walks before. */
    private long walked;

    /**
     * A scanner at the beginning of a message.
     *
     * @param rules whose messages these are
     * @param interest what the sink wants to see at first
     * @param longestFrame up to how many bytes of a message are held to hand it over whole
     * @param sink takes what is found
     */
    public FrameScanner(HeaderRules rules, Interest interest, int longestFrame, FrameSink sink) {
        this.rules = rules;
        this.interest = interest;
        this.longestFrame = Math.max(longestFrame, Frame.HEADER);
        this.sink = sink;
    }

    /**
     * Takes bytes as they were read.
     *
     * @param bytes owned by the scanner from now on; kept while it is paused
     * @throws io.pgproxy.protocol.ProtocolException (08P01) for a type byte or length that cannot be; what stood before
     *     it has been handed over, the scanner is of no further use
     */
    public void scan(ByteBuf bytes) {
        if (released) {
            bytes.release();
        } else if (paused || walking || !waiting.isEmpty()) {
            waiting.add(bytes);
        } else {
            walk(bytes);
            drain();
        }
    }

    /**
     * Changes the interest from the next message on.
     *
     * @param next what the sink wants to see
     */
    public void interest(Interest next) {
        interest = next;
    }

    /**
     * What the sink wants to see.
     *
     * @return the interest set last
     */
    public Interest interest() {
        return interest;
    }

    /** Hands over as a chunk what has been seen and not yet passed, up to the end of the message just told of. */
    public void split() {
        ByteBuf buffer = in;
        if (buffer != null && runStart < at) {
            int from = runStart;
            int messages = begun;
            runStart = at;
            begun = 0;
            sink.passed(buffer.retainedSlice(from, at - from), messages);
        }
    }

    /**
     * Cuts out the message that is being {@linkplain FrameSink#shown shown}: it does not pass after all. What stands
     * before it is handed over first.
     *
     * @return the message; owned by the caller
     */
    public Frame cutShown() {
        ByteBuf buffer = Objects.requireNonNull(in);
        int from = shownFrom;
        int end = at;
        at = from;
        begun--;
        split();
        at = end;
        runStart = end;
        begun = 0;
        return new Frame(buffer.getByte(from), end - from - 1, buffer.retainedSlice(from, end - from));
    }

    /** Stops behind the message just told of; the bytes behind it wait. */
    public void pause() {
        paused = true;
    }

    /**
     * Goes on with what waits. Calls from within the sink take effect when the walk in progress gets there.
     *
     * @throws io.pgproxy.protocol.ProtocolException (08P01) as {@link #scan} does
     */
    public void resume() {
        if (released) {
            return;
        }
        paused = false;
        if (!walking) {
            drain();
        }
    }

    private void drain() {
        while (!paused) {
            ByteBuf next = waiting.poll();
            if (next == null) {
                return;
            }
            walk(next);
        }
    }

    /**
     * Whether the last byte seen was the last of a message.
     *
     * @return false within a message, or while bytes wait
     */
    public boolean isBetweenMessages() {
        return headerSeen == 0 && bodyLeft == 0 && held == null;
    }

    /**
     * How many bytes have been seen, up to the end of the message just told of.
     *
     * @return a number that only grows; bytes that wait do not count
     */
    public long position() {
        return in == null ? walked : walked + at - walkStart;
    }

    /**
     * Whether bytes wait to be scanned.
     *
     * @return true only after {@link #pause}
     */
    public boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /**
     * How many bytes wait to be scanned.
     *
     * @return 0 but after {@link #pause}
     */
    public long waitingBytes() {
        long bytes = 0;
        for (ByteBuf each : waiting) {
            bytes += each.readableBytes();
        }
        return bytes;
    }

    /**
     * Hands over what waits, for another scanner to go on with: the phase that this one was for is over.
     *
     * @return the bytes behind the message it was paused at, in order; owned by the caller
     * @throws IllegalStateException within a message
     */
    public List<ByteBuf> takeWaiting() {
        if (!isBetweenMessages() || walking) {
            throw new IllegalStateException("within a message");
        }
        List<ByteBuf> taken = new ArrayList<>(waiting);
        waiting.clear();
        return taken;
    }

    /** Gives back everything held, and whatever is still scanned. Legal within a call of the sink. */
    public void release() {
        released = true;
        paused = true;
        if (held != null) {
            held.release();
            held = null;
        }
        for (ByteBuf bytes = waiting.poll(); bytes != null; bytes = waiting.poll()) {
            bytes.release();
        }
    }

    private void walk(ByteBuf buffer) {
        in = buffer;
        walkStart = buffer.readerIndex();
        runStart = walkStart;
        at = runStart;
        begun = 0;
        walking = true;
        boolean done = false;
        try {
            int end = buffer.writerIndex();
            while (at < end && !paused) {
                if (held != null) {
                    hold(buffer, end);
                } else if (bodyLeft > 0) {
                    body(buffer, end);
                } else if (headerSeen == 0 && end - at >= Frame.HEADER) {
                    messages(buffer, end);
                } else {
                    header(buffer);
                }
            }
            done = true;
        } finally {
            walked = position();
            walking = false;
            in = null;
            leave(buffer, done);
        }
    }

    /** The walk's end: the last run leaves as the buffer itself where it reaches its end; what waits is kept. */
    private void leave(ByteBuf buffer, boolean done) {
        int from = runStart;
        int to = at;
        int messages = begun;
        if (released) {
            buffer.release();
        } else if (done && to < buffer.writerIndex()) {
            ByteBuf run = from < to ? buffer.retainedSlice(from, to - from) : null;
            waiting.addFirst(buffer.readerIndex(to));
            if (run != null) {
                sink.passed(run, messages);
            }
        } else if (from < to) {
            sink.passed(buffer.setIndex(from, to), messages);
        } else {
            buffer.release();
        }
    }

    /** Walks whole headers; the hot loop. */
    private void messages(ByteBuf buffer, int end) {
        Interest current = interest;
        int position = at;
        while (end - position >= Frame.HEADER) {
            byte code = buffer.getByte(position);
            int announced = buffer.getInt(position + 1);
            byte wanted = current.level(code);
            at = position;
            rules.checkLength(code, announced);
            if (wanted == Interest.CUT) {
                cut(buffer, end, code, announced);
                return;
            }
            if (wanted == Interest.NOTE && announced > current.longest()) {
                cutHeader(buffer, code, announced);
                return;
            }
            long next = position + 1L + announced;
            if (wanted >= Interest.SHOW && next > end) {
                cut(buffer, end, code, announced);
                return;
            }
            if (wanted == Interest.TAKE) {
                position = take(buffer, code, announced);
                if (paused) {
                    return;
                }
                current = interest;
                continue;
            }
            begun++;
            if (next > end) {
                begin(code, wanted, announced);
                first = end - position > Frame.HEADER ? buffer.getByte(position + Frame.HEADER) & 0xff : -1;
                bodyLeft = next - end;
                at = end;
                return;
            }
            position = (int) next;
            at = position;
            if (wanted == Interest.NOTE) {
                sink.noted(code, announced > 4 ? buffer.getByte(position - announced + 4) & 0xff : -1);
                if (paused) {
                    return;
                }
                current = interest;
            } else if (wanted == Interest.SHOW) {
                shownFrom = position - announced - 1;
                sink.shown(code, buffer, position - announced + 4, announced - 4);
                if (paused) {
                    return;
                }
                current = interest;
            }
        }
    }

    /** A message that is all in this buffer, and does not pass; where the next begins. */
    private int take(ByteBuf buffer, byte code, int announced) {
        split();
        int from = at;
        at += announced + 1;
        runStart = at;
        sink.taken(code, buffer, from, announced + 1);
        return at;
    }

    /** A message that must not pass for its length: nothing but its header is held. */
    private void cutHeader(ByteBuf buffer, byte code, int announced) {
        split();
        ByteBuf bytes = buffer.retainedSlice(at, Frame.HEADER);
        at += Frame.HEADER;
        runStart = at;
        begin(code, Interest.PASS, announced);
        bodyLeft = announced - 4L;
        sink.framed(new Frame(code, announced, bytes));
    }

    private void begin(byte code, byte wanted, int announced) {
        tag = code;
        level = wanted;
        length = announced;
        first = -1;
    }

    /** A message to cut out, its header whole in this buffer. */
    private void cut(ByteBuf buffer, int end, byte code, int announced) {
        split();
        long total = announced + 1L;
        if (total <= end - at && total <= longestFrame) {
            ByteBuf bytes = buffer.retainedSlice(at, (int) total);
            at += (int) total;
            runStart = at;
            sink.framed(new Frame(code, announced, bytes));
        } else {
            begin(code, Interest.CUT, announced);
            held = buffer.alloc().buffer((int) Math.min(Math.min(total, longestFrame), 256));
        }
    }

    /** Collects a message that must be whole, or its head. */
    private void hold(ByteBuf buffer, int end) {
        ByteBuf bytes = Objects.requireNonNull(held);
        if (bytes.readableBytes() < Frame.HEADER) {
            int n = Math.min(Frame.HEADER - bytes.readableBytes(), end - at);
            bytes.writeBytes(buffer, at, n);
            at += n;
            runStart = at;
            if (bytes.readableBytes() < Frame.HEADER) {
                return;
            }
            length = bytes.getInt(bytes.readerIndex() + 1);
            rules.checkLength(tag, length);
            if (level == Interest.NOTE) {
                headerHeld(bytes);
                return;
            }
        }
        long total = length + 1L;
        int want = (int) Math.min(total, longestFrame) - bytes.readableBytes();
        int n = Math.min(want, end - at);
        bytes.writeBytes(buffer, at, n);
        at += n;
        runStart = at;
        if (n == want) {
            held = null;
            headerSeen = 0;
            level = Interest.PASS;
            bodyLeft = total - bytes.readableBytes();
            sink.framed(new Frame(tag, length, bytes));
        }
    }

    /** The header of a noted message has been held back until its length was known. */
    private void headerHeld(ByteBuf bytes) {
        held = null;
        headerSeen = 0;
        bodyLeft = length - 4L;
        if (length > interest.longest()) {
            level = Interest.PASS;
            sink.framed(new Frame(tag, length, bytes));
            return;
        }
        sink.passed(bytes, 1);
        if (bodyLeft == 0) {
            sink.noted(tag, -1);
        }
    }

    /** The body of a message that began in an earlier buffer and passes. */
    private void body(ByteBuf buffer, int end) {
        if (level == Interest.NOTE && first < 0) {
            first = buffer.getByte(at) & 0xff;
        }
        int n = (int) Math.min(bodyLeft, end - at);
        at += n;
        bodyLeft -= n;
        if (bodyLeft == 0 && level == Interest.NOTE) {
            sink.noted(tag, first);
        }
    }

    /** One byte of a header that straddles two buffers. */
    private void header(ByteBuf buffer) {
        byte next = buffer.getByte(at);
        if (headerSeen == 0) {
            rules.checkTag(next);
            byte wanted = interest.level(next);
            begin(next, wanted, 0);
            if (wanted >= Interest.SHOW || (wanted == Interest.NOTE && interest.longest() != Long.MAX_VALUE)) {
                split();
                held = buffer.alloc().buffer(wanted == Interest.NOTE ? Frame.HEADER : 256);
                return;
            }
            begun++;
        } else {
            length = (length << 8) | (next & 0xff);
        }
        at++;
        headerSeen++;
        if (headerSeen == Frame.HEADER) {
            headerSeen = 0;
            rules.checkLength(tag, length);
            bodyLeft = length - 4L;
            if (bodyLeft == 0 && level == Interest.NOTE) {
                sink.noted(tag, -1);
            }
        }
    }
}
