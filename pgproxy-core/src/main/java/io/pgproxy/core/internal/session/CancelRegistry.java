package io.pgproxy.core.internal.session;

import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.message.backend.BackendKeyData;
import io.pgproxy.protocol.startup.CancelRequest;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Finds the session that a CancelRequest means, by pid and secret together: two servers can show the same pid. Secrets
 * are the proxy's own. Thread-safe.
 */
public final class CancelRegistry {
    private static final int SHORT_SECRET = 4;
    private static final int LONG_SECRET = 32;

    private final CancelThrottle throttle = new CancelThrottle();
    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<Integer, List<Entry>> byPid = new ConcurrentHashMap<>();

    /** An empty registry. */
    public CancelRegistry() {}

    /**
     * Makes the key that a client is shown.
     *
     * @param pid the upstream's, which clients compare with pg_backend_pid()
     * @param version what was negotiated with the client: 3.2 has secrets of 256 bits, 3.0 of 32
     * @param session whom the key cancels
     */
    BackendKeyData register(int pid, ProtocolVersion version, Session session) {
        byte[] secret = new byte[version.minor() >= 2 ? LONG_SECRET : SHORT_SECRET];
        random.nextBytes(secret);
        byPid.compute(pid, (same, entries) -> {
            List<Entry> list = entries == null ? new CopyOnWriteArrayList<>() : entries;
            list.add(new Entry(secret, session));
            return list;
        });
        return new BackendKeyData(pid, Bytes.copyOf(secret));
    }

    /** Forgets a session's key. */
    void forget(int pid, Session session) {
        byPid.computeIfPresent(pid, (same, entries) -> {
            entries.removeIf(entry -> entry.session == session);
            return entries.isEmpty() ? null : entries;
        });
    }

    /**
     * Cancels what the request names. A wrong key looks the same from outside, and one of too many is not even
     * compared.
     *
     * @param request as received
     * @param address whom the request came from
     * @param done called on any thread when the cancel can no longer arrive late; at once if the key is nobody's
     */
    void cancel(CancelRequest request, Object address, Runnable done) {
        if (!throttle.mayTry(address)) {
            done.run();
            return;
        }
        byte[] secret = request.secret().toByteArray();
        for (Entry entry : byPid.getOrDefault(request.pid(), List.of())) {
            if (MessageDigest.isEqual(entry.secret, secret)) {
                entry.session.cancel(done);
                return;
            }
        }
        throttle.wrongKey(address);
        done.run();
    }

    private static final class Entry {
        final byte[] secret;
        final Session session;

        Entry(byte[] secret, Session session) {
            this.secret = secret;
            this.session = session;
        }
    }
}
