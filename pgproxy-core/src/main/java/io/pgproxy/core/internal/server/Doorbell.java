package io.pgproxy.core.internal.server;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes an event loop for the clients of this process by a byte in a pipe of the system. A task given to the loop
 * itself would cost more: a selector that is woken takes a lock that the waking thread still holds, and Netty wakes it
 * once more. Thread-safe.
 */
final class Doorbell implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Doorbell.class);

    private static final int MOST_AT_ONCE = 64;

    private final IoEventLoop loop;
    private final Pipe pipe;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean rung = new AtomicBoolean();
    private final ByteBuffer read = ByteBuffer.allocateDirect(16);
    private volatile boolean closed;

    /** A bell for a loop that waits with a selector. */
    Doorbell(IoEventLoop loop) throws IOException {
        this.loop = loop;
        this.pipe = Pipe.open();
        try {
            pipe.source().configureBlocking(false);
            pipe.sink().configureBlocking(false); // or an interrupt of who rings would close it
        } catch (IOException e) {
            close();
            throw e;
        }
        loop.register(new Hearing(pipe.source())).addListener((Future<IoRegistration> registered) -> {
            if (registered.isSuccess()) {
                registered.getNow().submit(NioIoOps.READ);
            } else {
                close();
            }
        });
    }

    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("the event loop takes no more clients of this process");
        }
        if (loop.inEventLoop()) {
            loop.execute(task);
            return;
        }
        tasks.add(task);
        if (rung.compareAndSet(false, true)) {
            ring();
        }
    }

    private void ring() {
        try {
            pipe.sink().write(ByteBuffer.wrap(new byte[1]));
        } catch (IOException broken) {
            loop.execute(this::answer);
        }
    }

    private void hear() {
        try {
            read.clear();
            pipe.source().read(read);
        } catch (IOException broken) {
            close(); // from now on tasks are refused
        }
        answer();
    }

    private void answer() {
        rung.set(false); // before looking: who comes later rings again
        for (int i = 0; i < MOST_AT_ONCE; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            task.run();
        }
        if (!tasks.isEmpty() && rung.compareAndSet(false, true)) {
            ring(); // sockets have their turn before
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            try {
                pipe.source().close();
            } finally {
                pipe.sink().close();
            }
        } catch (IOException e) {
            LOG.warn("a pipe of an event loop is left open", e);
        }
    }

    private final class Hearing extends NioSelectableChannelIoHandle<Pipe.SourceChannel> {
        Hearing(Pipe.SourceChannel source) {
            super(source);
        }

        @Override
        protected void handle(Pipe.SourceChannel source, SelectionKey key) {
            hear();
        }

        @Override
        public void close() {
            Doorbell.this.close();
        }
    }
}
