package io.pgproxy.core.internal.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.pgproxy.auth.ScramVerifier;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS: what the client says goes in, what it is to be told comes
 * out. Of each message there is one; nothing of the order can be repeated.
 *
 * <p>See RFC 5802, sections 3 and 7, RFC 7677, and auth-scram.c of the server, whose refusals these are. The user's
 * name in it does not count, for that of the start-up packet does.
 */
public final class ScramExchange {
    private static final String PLAIN = "SCRAM-SHA-256";
    private static final String PLUS = "SCRAM-SHA-256-PLUS";
    private static final String BINDING = "tls-server-end-point";

    /** RFC 5802 leaves the length open; these are as many bytes as the server takes. */
    private static final int NONCE_BYTES = 18;

    private final ScramVerifier verifier;
    private final byte @Nullable [] binding;
    private final String serverNonce;
    private State state = State.BEGUN;
    private String gs2Header = "";
    private boolean bound;
    private String clientFirstBare = "";
    private String serverFirst = "";
    private String nonce = "";

    private enum State {
        BEGUN,
        CHALLENGED,
        OVER
    }

    /**
     * An exchange with a nonce of its own.
     *
     * @param verifier what is known of the user
     * @param binding the channel's binding data of type tls-server-end-point, or null if it has none
     */
    public ScramExchange(ScramVerifier verifier, byte @Nullable [] binding) {
        this(verifier, binding, randomNonce());
    }

    ScramExchange(ScramVerifier verifier, byte @Nullable [] binding, String serverNonce) {
        this.verifier = verifier;
        this.binding = binding == null ? null : binding.clone();
        this.serverNonce = serverNonce;
    }

    private static String randomNonce() {
        byte[] random = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getEncoder().encodeToString(random);
    }

    /** {@return what the client is offered, the better first} */
    public List<String> mechanisms() {
        return binding == null ? List.of(PLAIN) : List.of(PLUS, PLAIN);
    }

    /**
     * Takes client-first-message.
     *
     * @param mechanism which the client has chosen
     * @param clientFirst what it says
     * @return server-first-message
     * @throws ProtocolException (08P01, 0A000, 28000) if it may not say this
     */
    public byte[] challenge(String mechanism, byte[] clientFirst) {
        expect(State.BEGUN);
        if (!mechanisms().contains(mechanism)) {
            throw new ProtocolException("client selected an invalid SASL authentication mechanism");
        }
        ScramAttributes message = new ScramAttributes(text(clientFirst));
        bound = readBinding(message.field(), mechanism.equals(PLUS));
        if (!message.field().isEmpty()) {
            throw new ProtocolException(
                    SqlState.FEATURE_NOT_SUPPORTED, "client uses authorization identity, but it is not supported");
        }
        clientFirstBare = message.rest();
        gs2Header = message.upTo(message.position());
        if (message.next() == 'm') {
            throw new ProtocolException(
                    SqlState.FEATURE_NOT_SUPPORTED, "client requires an unsupported SCRAM extension");
        }
        message.value('n');
        nonce = message.nonce() + serverNonce;
        serverFirst = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(verifier.salt()) + ",i="
                + verifier.iterations();
        state = State.CHALLENGED;
        return serverFirst.getBytes(ISO_8859_1);
    }

    /** The flag of the gs2 header, and whether the channel is bound. */
    private boolean readBinding(String flag, boolean plus) {
        if (flag.startsWith("p=")) {
            if (!plus) {
                throw ScramAttributes.malformed("it has channel binding that was not selected");
            }
            if (!flag.equals("p=" + BINDING)) {
                throw new ProtocolException("unsupported SCRAM channel-binding type");
            }
            return true;
        }
        if (!flag.equals("n") && !flag.equals("y")) {
            throw ScramAttributes.malformed("unexpected channel-binding flag");
        }
        if (plus) {
            throw ScramAttributes.malformed("it lacks the channel binding that was selected");
        }
        if (flag.equals("y") && binding != null) {
            // It would have bound the channel, had it seen our offer: somebody in between has taken it away.
            throw new ProtocolException(
                    SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "SCRAM channel binding negotiation error");
        }
        return false;
    }

    /**
     * Takes client-final-message.
     *
     * @param clientFinal what the client says
     * @return server-final-message, or null if the proof is wrong
     * @throws ProtocolException (08P01, 28000) if it may not say this, whatever its proof is
     */
    public byte @Nullable [] conclude(byte[] clientFinal) {
        expect(State.CHALLENGED);
        ScramAttributes message = new ScramAttributes(text(clientFinal));
        if (!isSame(message.value('c'), Base64.getEncoder().encodeToString(bindingInput()))) {
            throw new ProtocolException(
                    SqlState.INVALID_AUTHORIZATION_SPECIFICATION, "SCRAM channel binding check failed");
        }
        if (!isSame(message.nonce(), nonce)) {
            throw new ProtocolException("invalid SCRAM response: the nonce does not match");
        }
        int end = message.position();
        while (message.next() != 'p') {
            if (message.next() == 0) {
                throw ScramAttributes.malformed("it has no proof");
            }
            message.field(); // an extension, which may be ignored
            end = message.position();
        }
        byte[] proof = proof(message.value('p'));
        if (!message.isAtEnd()) {
            throw ScramAttributes.malformed("it goes on behind the proof");
        }
        String authMessage = clientFirstBare + "," + serverFirst + "," + message.upTo(end - 1);
        byte[] signed = authMessage.getBytes(ISO_8859_1);
        if (!verifier.isProvenBy(signed, proof)) {
            return null;
        }
        return ("v=" + Base64.getEncoder().encodeToString(verifier.serverSignature(signed))).getBytes(ISO_8859_1);
    }

    private byte[] bindingInput() {
        byte[] header = gs2Header.getBytes(ISO_8859_1);
        byte[] data = binding;
        if (!bound || data == null) {
            return header;
        }
        byte[] both = new byte[header.length + data.length];
        System.arraycopy(header, 0, both, 0, header.length);
        System.arraycopy(data, 0, both, header.length, data.length);
        return both;
    }

    private static byte[] proof(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw ScramAttributes.malformed("the proof is not in base 64");
        }
    }

    /** Whatever goes wrong from here on, nothing may follow. */
    private void expect(State expected) {
        State now = state;
        state = State.OVER;
        if (now != expected) {
            throw new ProtocolException("SCRAM message out of its order");
        }
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }

    /** One character for each byte: what is signed are bytes. */
    private static String text(byte[] message) {
        return new String(message, ISO_8859_1);
    }

    /** Nothing of what was said. */
    @Override
    public String toString() {
        return "ScramExchange[" + state + "]";
    }
}
