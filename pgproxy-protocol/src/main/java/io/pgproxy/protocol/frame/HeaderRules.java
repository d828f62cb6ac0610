package io.pgproxy.protocol.frame;

import io.pgproxy.protocol.BackendTag;
import io.pgproxy.protocol.FrontendTag;
import io.pgproxy.protocol.ProtocolException;

/**
 * Which headers one side of a connection may send.
 *
 * <p>Refused from the header alone, before anything is held: see {@code SocketBackend} and {@code pq_getmessage} in the
 * server's postgres.c and pqcomm.c. Immutable.
 */
public final class HeaderRules {
    /** What a client sends after its login: known types, each within the server's own limit. */
    public static final HeaderRules FRONTEND = frontend();

    /** What a client sends while it logs in: answers to authentication requests, each below 64 KB. */
    public static final HeaderRules LOGIN = login();

    /** What a server sends: known types of any length that fits the length field. */
    public static final HeaderRules BACKEND = backend();

    private final String side;
    private final int[] longest = new int[256]; // 0: no such type

    private HeaderRules(String side) {
        this.side = side;
    }

    private static HeaderRules frontend() {
        HeaderRules rules = new HeaderRules("frontend");
        for (FrontendTag tag : FrontendTag.values()) {
            rules.longest[tag.code() & 0xff] = tag.longest();
        }
        rules.longest[FrontendTag.PASSWORD.code() & 0xff] = 0; // has its place in a login only
        return rules;
    }

    private static HeaderRules login() {
        HeaderRules rules = new HeaderRules("login");
        rules.longest[FrontendTag.PASSWORD.code() & 0xff] = 65_535; // PG_MAX_AUTH_TOKEN_LENGTH
        return rules;
    }

    private static HeaderRules backend() {
        HeaderRules rules = new HeaderRules("backend");
        for (BackendTag tag : BackendTag.values()) {
            rules.longest[tag.code() & 0xff] = Integer.MAX_VALUE;
        }
        return rules;
    }

    /** Refuses a type byte that this side never sends (08P01). */
    void checkTag(byte tag) {
        if (longest[tag & 0xff] == 0) {
            throw new ProtocolException("invalid " + side + " message type " + (tag & 0xff));
        }
    }

    /** Refuses a length below that of the length field itself, or above the limit of the type (08P01). */
    void checkLength(byte tag, int length) {
        if (length < 4 || length > longest[tag & 0xff]) {
            checkTag(tag);
            throw new ProtocolException("invalid message length");
        }
    }
}
