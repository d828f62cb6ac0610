package io.pgproxy.protocol.startup;

import io.netty.buffer.ByteBuf;

/**
 * A packet that a client sends before start-up is over: a length, a code, and what belongs to it.
 *
 * <p>{@link #write} gives the very bytes that were read, names and values that are not UTF-8 included, so a proxy can
 * send a packet on as it came.
 *
 * <p>See "Message Formats" in the PostgreSQL manual.
 */
public sealed interface StartupPacket
        permits StartupMessage, SslRequest, GssEncRequest, CancelRequest, UnsupportedVersion {
    /**
     * Writes the whole packet.
     *
     * @param out where to write
     */
    void write(ByteBuf out);
}
