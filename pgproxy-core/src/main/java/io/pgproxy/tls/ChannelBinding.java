package io.pgproxy.tls;

/**
 * Whether a SCRAM login to an upstream is bound to the encrypted connection it runs in, so that nobody who stands
 * between can pass it on (SCRAM-SHA-256-PLUS, {@code tls-server-end-point}).
 */
public enum ChannelBinding {
    /** It is not. */
    DISABLE,
    /** If the connection is encrypted and the server offers it. */
    PREFER,
    /** Always: a login that would be without it, whatever its kind, is given up. */
    REQUIRE
}
