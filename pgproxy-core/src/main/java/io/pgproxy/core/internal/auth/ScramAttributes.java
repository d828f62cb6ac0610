package io.pgproxy.core.internal.auth;

import io.pgproxy.protocol.ProtocolException;

/** Reads the attributes of a SCRAM message one by one: {@code a=value,b=value}. See RFC 5802, section 7. */
final class ScramAttributes {
    /** Longer than any that clients send: a user's name may have some hundred bytes. */
    private static final int LONGEST = 4_096;

    private final String message;
    private int at;

    ScramAttributes(String message) {
        if (message.length() > LONGEST) {
            throw malformed("it is too long");
        }
        if (message.indexOf(0) >= 0) {
            throw malformed("it has a zero byte");
        }
        this.message = message;
    }

    /** Where the next attribute begins. */
    int position() {
        return at;
    }

    boolean isAtEnd() {
        return at > message.length();
    }

    /** The name of the next attribute; zero where there is none. */
    char next() {
        return at + 1 < message.length() && message.charAt(at + 1) == '=' ? message.charAt(at) : 0;
    }

    /** The value of the next attribute, which has to have this name. */
    String value(char name) {
        if (next() != name) {
            throw malformed("attribute " + name + " is missing");
        }
        return field().substring(2);
    }

    /** Whatever stands before the next comma. */
    String field() {
        if (isAtEnd()) {
            throw malformed("it ends too early");
        }
        int comma = message.indexOf(',', at);
        int end = comma < 0 ? message.length() : comma;
        String field = message.substring(at, end);
        at = end + 1;
        return field;
    }

    /** A nonce: printable ASCII without a comma, and not empty. */
    String nonce() {
        String nonce = value('r');
        if (nonce.isEmpty() || !nonce.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw malformed("the nonce is none");
        }
        return nonce;
    }

    /** All that has not been read. */
    String rest() {
        if (isAtEnd()) {
            throw malformed("it ends too early");
        }
        return message.substring(at);
    }

    /** What stands before a place that has been read. */
    String upTo(int end) {
        return message.substring(0, end);
    }

    static ProtocolException malformed(String why) {
        return new ProtocolException("malformed SCRAM message: " + why);
    }
}
