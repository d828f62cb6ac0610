package io.pgproxy.core.internal.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection without a socket: buffers on their way from who puts them in to who takes them out.
 * What is in it is bounded by whoever puts: who has asked for room may put one buffer of any size.
 *
 * <p>One thread puts and one takes at a time; neither ever waits for the other here, for one of them is an event loop.
 */
final class MemoryPipe {
    /** A buffer may be a small slice of a large one, so their number is bounded, too. */
    private static final int LEAST_OF_A_BUFFER = 1_024;

    private final long capacity;
    private final long mostBuffers;
    private final Queue<ByteBuf> buffers = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean ended;
    private volatile boolean broken;

    /** Held by a thread that takes. An event loop that takes is alone anyway, and does not hold it. */
    private final ReentrantLock taking = new ReentrantLock();

    MemoryPipe(long capacity) {
        this.capacity = capacity;
        this.mostBuffers = capacity / LEAST_OF_A_BUFFER;
    }

    ReentrantLock taking() {
        return taking;
    }

    boolean hasRoom() {
        return bytes.get() < capacity && count.get() < mostBuffers;
    }

    /** Whether so much has been taken out that it is worth waking who waits for room. */
    boolean isHalfEmpty() {
        return bytes.get() <= capacity / 2 && count.get() <= mostBuffers / 2;
    }

    boolean isEmpty() {
        return buffers.isEmpty();
    }

    /** How many bytes are in it. */
    int readableBytes() {
        return (int) Math.min(bytes.get(), Integer.MAX_VALUE);
    }

    /** Puts a buffer in, or releases it where nobody takes any more; owned by the callee. */
    void put(ByteBuf buffer) {
        if (broken || !buffer.isReadable()) {
            buffer.release();
            return;
        }
        bytes.addAndGet(buffer.readableBytes());
        count.incrementAndGet();
        buffers.add(buffer);
        if (broken) {
            releaseAll();
        }
    }

    /** Takes a buffer; null if there is none. */
    @Nullable
    ByteBuf poll() {
        ByteBuf buffer = buffers.poll();
        if (buffer != null) {
            bytes.addAndGet(-buffer.readableBytes());
            count.decrementAndGet();
        }
        return buffer;
    }

    /** Takes bytes, as many as there are and fit. */
    int read(byte[] into, int offset, int length) {
        int read = 0;
        ByteBuf first = buffers.peek();
        while (first != null && read < length) {
            int part = Math.min(length - read, first.readableBytes());
            first.readBytes(into, offset + read, part);
            read += part;
            if (!first.isReadable()) {
                buffers.remove();
                count.decrementAndGet();
                first.release();
                first = buffers.peek();
            }
        }
        bytes.addAndGet(-read);
        return read;
    }

    /** Nothing more will be put in. */
    void end() {
        ended = true;
    }

    /** Whether what is in it is all. To be asked before looking into it. */
    boolean isEnded() {
        return ended;
    }

    /** Nothing more will be taken out. By who takes. */
    void breakOff() {
        broken = true;
        releaseAll();
    }

    boolean isBroken() {
        return broken;
    }

    /**
     * Lets what is in it survive who put it in: copied, so that nobody has to release it. By who puts, behind the last
     * buffer. A thread that is taking just then goes on with the buffers as they are.
     */
    void keep() {
        if (!taking.tryLock()) {
            return;
        }
        try {
            for (int i = buffers.size(); i > 0; i--) {
                ByteBuf buffer = buffers.remove();
                buffers.add(Unpooled.copiedBuffer(buffer));
                buffer.release();
            }
        } finally {
            taking.unlock();
        }
    }

    private void releaseAll() {
        for (ByteBuf buffer = poll(); buffer != null; buffer = poll()) {
            buffer.release();
        }
    }
}
