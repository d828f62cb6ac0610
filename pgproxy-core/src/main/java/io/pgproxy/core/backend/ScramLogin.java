package io.pgproxy.core.backend;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.exception.ScramException;
import io.pgproxy.protocol.ProtocolException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One SCRAM-SHA-256 login to an upstream; no channel binding, for there is no TLS. */
final class ScramLogin {
    /** A server may ask for any number of hash rounds: beyond this it is an attack on our processor. */
    private static final int MOST_ITERATIONS = 100_000;

    private static final int LONGEST_CHALLENGE = 4_096;
    private static final String MECHANISM = "SCRAM-SHA-256";

    private final ScramClient client;
    private final String clientFirst;
    private boolean serverVerified;

    private ScramLogin(ScramClient client) {
        this.client = client;
        this.clientFirst = client.clientFirstMessage().toString();
    }

    static ScramLogin begin(List<String> offered, char[] password) {
        if (!offered.contains(MECHANISM)) {
            throw new ProtocolException("28000", "the upstream offers no SASL mechanism that is supported");
        }
        // The server takes the user from the start-up packet and ignores this one: libpq sends none.
        return new ScramLogin(ScramClient.builder()
                .advertisedMechanisms(List.of(MECHANISM))
                .username("*")
                .password(password)
                .build());
    }

    String mechanism() {
        return MECHANISM;
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
        }
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
