package io.pgproxy.testkit.hook;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pgproxy.core.memory.MemoryConnection;
import io.pgproxy.core.memory.MemoryProxy;
import io.pgproxy.hook.Execution;
import io.pgproxy.hook.ObserveHook;
import io.pgproxy.hook.Outcome;
import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.message.backend.BackendMessage;
import io.pgproxy.protocol.message.frontend.FrontendMessage;
import io.pgproxy.protocol.startup.CancelRequest;
import io.pgproxy.protocol.startup.StartupMessage;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The client's half of a tested session: sends requests, and hands to each what comes of it. Replies keep the order of
 * the requests, and one upstream that answers at once has answered a request before the session decides about the next:
 * so whatever is heard belongs to the first request whose answer is not complete.
 */
final class Conversation implements ScriptedUpstream.Listener, ObserveHook {
    private static final int HEADER = 5;

    private final List<Seen> requests = new ArrayList<>();
    private final Deque<ByteBuf> outgoing = new ArrayDeque<>();
    private final ByteBuf unread = Unpooled.buffer();
    private @Nullable MemoryProxy proxy;
    private @Nullable MemoryConnection connection;
    private @Nullable InetSocketAddress address;
    private @Nullable BackendKeyData key;
    private boolean running;

    /** Logs in; the proxy is closed with the conversation. */
    void begin(MemoryProxy through, InetSocketAddress from, StartupMessage startup) {
        proxy = through;
        address = from;
        connection = through.connect(from);
        requests.add(new Seen(this, 1));
        ByteBuf packet = Unpooled.buffer();
        startup.write(packet);
        write(packet);
        run();
    }

    Seen login() {
        return requests.get(0);
    }

    Seen send(Seen seen, FrontendMessage... messages) {
        requests.add(seen);
        write(encoded(messages));
        run();
        return seen;
    }

    static ByteBuf encoded(FrontendMessage... messages) {
        ByteBuf bytes = Unpooled.buffer();
        for (FrontendMessage message : messages) {
            message.write(bytes);
        }
        return bytes;
    }

    /** Sends as soon as the session is not at work. */
    void write(ByteBuf messages) {
        outgoing.add(messages);
    }

    /** Runs what can run, and hands out what the client was sent. */
    void run() {
        if (proxy == null || running) {
            return;
        }
        running = true;
        try {
            proxy().run();
            hear();
            while (!outgoing.isEmpty()) {
                connection().send(outgoing.remove());
                hear();
            }
        } finally {
            running = false;
        }
    }

    void await(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        run();
        while (requests.stream().anyMatch(Seen::isWaiting)) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (left.isNegative()) {
                throw new IllegalStateException("a verdict is still open after " + patience);
            }
            proxy().await(left);
            run();
        }
    }

    void advance(Duration time) {
        proxy().advance(time);
        run();
    }

    void cancel() {
        BackendKeyData known = Objects.requireNonNull(key, "the session has no key: it was refused");
        ByteBuf request = Unpooled.buffer();
        new CancelRequest(known.pid(), known.secret()).write(request);
        try (MemoryConnection other = proxy().connect(Objects.requireNonNull(address))) {
            other.send(request);
        }
        run();
    }

    void disconnect() {
        connection().close();
        run();
    }

    boolean isOpen() {
        return connection != null && connection().isOpen();
    }

    void close() {
        requests.forEach(Seen::release);
        outgoing.forEach(ByteBuf::release);
        outgoing.clear();
        if (proxy != null) {
            proxy().close();
        }
    }

    /** Does nothing that the session would notice: it may be at work. */
    private void hear() {
        byte[] bytes = connection().received();
        if (bytes.length > 0) {
            unread.writeBytes(bytes);
            readMessages();
            unread.discardReadBytes();
        }
    }

    private void readMessages() {
        while (unread.readableBytes() >= HEADER) {
            int length = unread.getInt(unread.readerIndex() + 1);
            if (unread.readableBytes() <= length) {
                return;
            }
            BackendTag tag = Objects.requireNonNull(BackendTag.of(unread.readByte()), "an unknown message");
            unread.skipBytes(Integer.BYTES);
            BackendMessage message = BackendMessage.read(tag, unread.readSlice(length - Integer.BYTES));
            if (message instanceof BackendKeyData given) {
                key = given;
            }
            current().received(message);
        }
    }

    private Seen current() {
        return requests.stream().filter(Seen::wantsMore).findFirst().orElseGet(() -> requests.get(requests.size() - 1));
    }

    private MemoryProxy proxy() {
        return Objects.requireNonNull(proxy);
    }

    private MemoryConnection connection() {
        return Objects.requireNonNull(connection);
    }

    @Override
    public void sent(String upstream, String sql) {
        hear();
        current().sent(upstream, sql);
    }

    @Override
    public void ran(String upstream, String sql) {
        hear();
        current().ran(upstream, sql);
    }

    @Override
    public void completed(Execution execution, Outcome outcome) {
        current().ended(outcome);
    }
}
