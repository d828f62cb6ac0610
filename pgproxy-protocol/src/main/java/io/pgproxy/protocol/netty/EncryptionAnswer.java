package io.pgproxy.protocol.netty;

/** What a server answers to a request for encryption: one byte. */
public enum EncryptionAnswer {
    /** {@code S} or {@code G}: the handshake begins. */
    ACCEPTED,
    /** {@code N}: the connection goes on as it is. */
    REFUSED
}
