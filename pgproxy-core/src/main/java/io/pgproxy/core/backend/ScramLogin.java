package io.pgproxy.core.backend;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.exception.ScramException;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.tls.ChannelBinding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One SCRAM-SHA-256 login to an upstream, bound to its connection where that is possible and wanted. */
final class ScramLogin {
    /** A server may ask for any number of hash rounds: beyond this it is an attack on our processor. */
    private static final int MOST_ITERATIONS = 100_000;

    private static final int LONGEST_CHALLENGE = 4_096;
    private static final String MECHANISM = "SCRAM-SHA-256";
    private static final String BOUND = "SCRAM-SHA-256-PLUS";

    private final ScramClient client;
    private final String clientFirst;
    private final char[] password;
    private final boolean bound;
    private boolean serverVerified;

    private ScramLogin(ScramClient client, char[] password, boolean bound) {
        this.password = password;
        this.bound = bound;
        this.client = client;
        this.clientFirst = client.clientFirstMessage().toString();
    }

    /**
     * Begins.
     *
     * @param password copied; the copy is cleared when it is of no more use
     * @param endPoint the hash of the server's certificate; null if there is nothing to be bound to
     */
    static ScramLogin begin(List<String> offered, char[] password, byte @Nullable [] endPoint, ChannelBinding binding) {
        boolean bindable = endPoint != null && binding != ChannelBinding.DISABLE;
        boolean bound = bindable && offered.contains(BOUND);
        if (!bound && binding == ChannelBinding.REQUIRE) {
            throw new ProtocolException(
                    "28000", "the upstream does not offer SASL with channel binding, and channel_binding requires it");
        }
        if (!bound && !offered.contains(MECHANISM)) {
            throw new ProtocolException("28000", "the upstream offers no SASL mechanism that is supported");
        }
        char[] kept = password.clone();
        // The server takes the user from the start-up packet and ignores this one: libpq sends none.
        var builder = ScramClient.builder()
                .advertisedMechanisms(List.of(bound ? BOUND : MECHANISM))
                .username("*")
                .password(kept);
        if (bindable) {
            builder.channelBinding("tls-server-end-point", endPoint); // says so, too, if the server offers none
        }
        return new ScramLogin(builder.build(), kept, bound);
    }

    String mechanism() {
        return bound ? BOUND : MECHANISM;
    }

    /** Whether whoever stands between could not have passed it on. */
    boolean isBound() {
        return bound;
    }

    String clientFirst() {
        return clientFirst;
    }

    /** The client's last message; null if the challenge is not acceptable. Takes milliseconds. */
    @Nullable
    String prove(String serverFirst) {
        if (serverFirst.length() > LONGEST_CHALLENGE || iterations(serverFirst) > MOST_ITERATIONS) {
            return null;
        }
        try {
            client.serverFirstMessage(serverFirst);
            return client.clientFinalMessage().toString();
        } catch (ScramException | RuntimeException e) {
            return null;
        } finally {
            clear();
        }
    }

    /** Forgets the password: nothing more is to be proved. From any thread. */
    void clear() {
        LoginPassword.clear(password);
    }

    /** Checks that the server knows the password, too (28P01-like: 08P01 with a text of its own). */
    void verifyServer(String serverFinal) {
        try {
            client.serverFinalMessage(serverFinal);
        } catch (ScramException | RuntimeException e) {
            throw new ProtocolException("the upstream could not prove that it knows the password");
        }
        serverVerified = true;
    }

    boolean isServerVerified() {
        return serverVerified;
    }

    private static long iterations(String serverFirst) {
        for (String attribute : serverFirst.split(",", -1)) {
            if (attribute.startsWith("i=")) {
                try {
                    return Long.parseLong(attribute.substring(2));
                } catch (NumberFormatException e) {
                    return Long.MAX_VALUE;
                }
            }
        }
        return Long.MAX_VALUE;
    }
}
